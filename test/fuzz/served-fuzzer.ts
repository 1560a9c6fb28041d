import { Fault, type Fuzzer } from './fuzzer.ts';
import { Handles } from './handles.ts';
import type { Random } from './random.ts';
import { type ServedStorage, serveStorage } from './served-storage.ts';

/**
 * Does to a gateway what clients may do. After each round it must be well; at the end it may have nothing to complain of, and
 * hold nothing of clients that have gone.
 *
 * @param act throws a Fault where a promise is not kept; gives how many inputs it tried
 */
export async function servedFuzzer(act: (served: ServedStorage, random: Random) => Promise<number>): Promise<Fuzzer> {
  const served = await serveStorage();
  const { gateway, client } = served;
  const handles = await Handles.of(gateway);
  return {
    async round(random) {
      const inputs = await act(served, random);
      const health = await client.ask(gateway.url, '/api/health');
      if (health.status !== 200) throw new Fault(`the health afterwards: ${health.status}`);
      return inputs;
    },
    async finish() {
      await handles.checkReturned();
      const { complaints } = gateway;
      if (complaints.length > 0) throw new Fault(`it complained: ${complaints.join('\n')}`);
    },
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}
