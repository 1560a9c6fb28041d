import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage } from '../support/storage.ts';
import { findTool } from '../support/tools.ts';

const TOKEN = 'a-token-of-some-length';
const script = fileURLToPath(new URL('token_client.py', import.meta.url));
const python = findTool(
  'Python with requests and websockets',
  ['python3', '/usr/bin/python3'],
  ['-c', 'import requests, websockets'],
);

it.skipIf(python === undefined)(
  'a Python client shows a token by a header or a cookie, and gets nothing without',
  async () => {
    await using storage = await makeStorage();
    await storage.addRun('a', { files: { 'logs.txt': 'line\n' } });
    await using gateway = await startTestGateway(storage, { access: { token: TOKEN, hosts: [], origins: [] } });
    const env = { ...process.env, NO_PROXY: '127.0.0.1' };
    const { stdout } = await promisify(execFile)(python ?? '', [script, gateway.url, 'a', TOKEN], { env });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'without 401 401',
      'header 200 line',
      'wrong 401',
      'right 204',
      'cookie 200 line',
    ]);
  },
);
