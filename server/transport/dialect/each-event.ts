/** Events that were written together, each a chunk of its own: whoever reads on takes one at a time. JSON has no empty line in it. */
export function* eachEvent(events: string): Generator<Uint8Array, void, void> {
  for (let from = 0; from < events.length;) {
    const end = events.indexOf("\n\n", from) + 2;
    yield Buffer.from(events.slice(from, end));
    from = end;
  }
}
