import { GatewayProcess } from '../fuzz/gateway-process.ts';
import { Handles } from '../fuzz/handles.ts';
import { HttpClient } from '../fuzz/http-client.ts';

/** A gateway that is stopped and started again, for clients that come back to it. */
export class RestartedGateway implements AsyncDisposable {
  readonly #storage: string;
  readonly #cacheSize: string;
  #life: Promise<{ readonly process: GatewayProcess; readonly handles: Handles }>;
  restarts = 0;

  /** @param cacheSize so small that runs displace each other */
  static async start(storage: string, cacheSize: string): Promise<RestartedGateway> {
    const gateway = new RestartedGateway(storage, cacheSize);
    await gateway.#life;
    return gateway;
  }

  private constructor(storage: string, cacheSize: string) {
    this.#storage = storage;
    this.#cacheSize = cacheSize;
    this.#life = this.#begin();
  }

  /** The one that runs; waits for the next while there is none. */
  async process(): Promise<GatewayProcess> {
    return (await this.#life).process;
  }

  /** What the one that runs held open before it had a client. */
  async handles(): Promise<Handles> {
    return (await this.#life).handles;
  }

  /** Whoever asks for the process meanwhile waits for the next. */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { process } = await this.#life;
    this.restarts++;
    this.#life = process.end(signal).then(() => this.#begin());
    await this.#life;
  }

  async #begin(): Promise<{ process: GatewayProcess; handles: Handles }> {
    const process = await GatewayProcess.start(this.#storage, { cacheSize: this.#cacheSize });
    // Has it find and watch all runs, as it does by itself a little later.
    const client = new HttpClient();
    await client.ask(process.url, '/api/runs');
    client[Symbol.dispose]();
    return { process, handles: await Handles.of(process) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // After a failure an inspector may still be there, for which a process that ends by itself waits.
    await (await this.process()).end('SIGKILL');
  }
}
