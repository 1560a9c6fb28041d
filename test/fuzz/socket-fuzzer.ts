import { judgeErrors } from './answers.ts';
import { Fault, type Fuzzer } from './fuzzer.ts';
import type { Random } from './random.ts';
import { servedFuzzer } from './served-fuzzer.ts';
import type { ServedStorage } from './served-storage.ts';
import { deedsOf } from './socket-deeds.ts';
import { type Deed, SocketProbe } from './socket-probe.ts';

/** By RFC 6455 and graphql-transport-ws. What is no fault of the client's is not among them. */
const CLOSE_CODES: ReadonlySet<number> = new Set([1000, 1002, 1003, 1007, 1009, 4400, 4401, 4406, 4408, 4409, 4429]);

/** Clients of both sockets that know the protocols and break them. */
export function socketFuzzer(): Promise<Fuzzer> {
  return servedFuzzer(tryConnection);
}

async function tryConnection({ gateway, known }: ServedStorage, random: Random): Promise<number> {
  const isLog = random.chance(0.25);
  const path = isLog ? `/api/runs/${random.pick(['grown', 'growing', 'empty', 'missing'])}/logs/ws` : '/graphql';
  const protocol = isLog || random.chance(0.05) ? undefined : 'graphql-transport-ws';
  const probe = await SocketProbe.connect(`${gateway.url.replace('http', 'ws')}${path}`, protocol);
  const deeds = deedsOf(random, isLog, known);
  try {
    for (const deed of deeds) probe.send(deed);
    const ending = await probe.ending({ listens: random.chance(0.3), closes: random.chance(0.3) });
    // A close without a code, as bytes may be, is answered by one.
    const isEcho = ending.code === 1005 && deeds.some((deed) => 'write' in deed);
    if (ending.code !== null && !isEcho && !CLOSE_CODES.has(ending.code))
      throw new Fault(`closed with ${ending.code} ${ending.reason}`);
    if (!isLog) for (const message of probe.heard) judgeMessage(message);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(`${error.message}\nat ${path} was said: ${JSON.stringify(deeds.map(shown))}`);
  } finally {
    probe.vanish();
  }
  return deeds.length;
}

/** Holds a message of the gateway against graphql-transport-ws. Throws a Fault. */
function judgeMessage(text: string): void {
  const message: unknown = JSON.parse(text);
  const { type, id, payload } = Object(message);
  switch (type) {
    case 'connection_ack':
    case 'ping':
    case 'pong':
      return;
    case 'complete':
      if (typeof id === 'string') return;
      break;
    case 'next':
      judgeErrors(payload.errors);
      if (typeof id === 'string') return;
      break;
    case 'error':
      judgeErrors(payload);
      if (typeof id === 'string') return;
      break;
    default:
  }
  throw new Fault(`a message that is none of the protocol's: ${text.slice(0, 500)}`);
}

function shown(deed: Deed): object {
  return 'say' in deed ? { ...deed, say: startOf(deed.say) } : { write: deed.write.toString('hex') };
}

function startOf(message: string | Buffer): string {
  return (typeof message === 'string' ? message : message.toString('latin1')).slice(0, 2000);
}
