import { type Message, MessageType } from 'graphql-ws';

/**
 * The operations of one connection, by the ids that its client gave them. A client may give an id again as soon as it has
 * completed the operation, which may take its time to end here; so to the server each operation has an id of its own.
 */
export class OperationIds {
  readonly #ours = new Map<string, string>();
  readonly #theirs = new Map<string, string>();
  #count = 0;

  /** Whether there is such an operation, by the client's id. */
  has(theirs: string): boolean {
    return this.#ours.has(theirs);
  }

  /** A message of the client as the server is to have it; undefined where its operation is over. */
  inward(message: Message): Message | undefined {
    if (message.type === MessageType.Subscribe) return { ...message, id: this.#begin(message.id) };
    if (message.type !== MessageType.Complete) return message;
    const ours = this.#ours.get(message.id);
    if (ours === undefined) return undefined;
    this.#end(ours, message.id);
    return { ...message, id: ours };
  }

  /** A message of the server as the client is to have it; undefined where the client has completed its operation. */
  outward(message: Message): Message | undefined {
    if (!('id' in message)) return message;
    const theirs = this.#theirs.get(message.id);
    if (theirs === undefined) return undefined;
    if (message.type !== MessageType.Next) this.#end(message.id, theirs);
    return { ...message, id: theirs };
  }

  #begin(theirs: string): string {
    const ours = String(this.#count++);
    this.#ours.set(theirs, ours);
    this.#theirs.set(ours, theirs);
    return ours;
  }

  #end(ours: string, theirs: string): void {
    this.#ours.delete(theirs);
    this.#theirs.delete(ours);
  }
}
