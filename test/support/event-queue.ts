/** Keeps events for who asks for them one by one, so that none is lost. */
export class EventQueue<Event> {
  readonly #events: Event[] = [];
  readonly #asking: ((event: Event) => void)[] = [];
  #end: Event | undefined;

  push(event: Event): void {
    const ask = this.#asking.shift();
    if (ask === undefined) this.#events.push(event);
    else ask(event);
  }

  /** No more events come: whoever asks, and asks again, is told of the last one. */
  close(last: Event): void {
    this.#end = last;
    for (const ask of this.#asking.splice(0)) ask(last);
  }

  async next(): Promise<Event> {
    return this.#events.shift() ?? this.#end ?? new Promise((resolve) => this.#asking.push(resolve));
  }
}
