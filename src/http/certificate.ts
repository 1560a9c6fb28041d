import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** Absolute paths of a certificate (with its chain) and its private key, both in PEM. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Reads both. Rejects, naming the files, where one cannot be read, is none, or the key is not that of the certificate. */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([readPem(files.cert), readPem(files.key)]);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new Error(`${files.cert} and ${files.key} are no certificate and its key: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  return { cert, key };
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How often the files are looked at: a new certificate comes days before the old one ends. */
const LOOK_EVERY_MS = 60_000;

/**
 * Looks from time to time whether the files have another certificate, and gives it to `use`. While they have none that is
 * whole, as in the middle of a renewal, the old one stays; that is told once.
 *
 * @returns what ends it
 */
export function followCertificate(
  files: CertificateFiles,
  first: Certificate,
  use: (certificate: Certificate) => void,
  warn: (message: string) => void,
): () => void {
  let current = first;
  let told = '';
  let isLooking = false;
  const look = async () => {
    // On a mount that hangs a look does not end: each further one would keep one more thread.
    if (isLooking) return;
    isLooking = true;
    try {
      const next = await readCertificate(files);
      told = '';
      if (next.cert === current.cert && next.key === current.key) return;
      current = next;
      use(next);
    } catch (error) {
      const message = `the certificate stays as it was: ${reasonOf(error)}`;
      if (message !== told) warn(message);
      told = message;
    } finally {
      isLooking = false;
    }
  };
  const looking = setInterval(() => void look(), LOOK_EVERY_MS);
  looking.unref();
  return () => clearInterval(looking);
}
