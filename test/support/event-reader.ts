// Server-sent events as a browser would take them: one by one, while the stream goes on.
export interface Event {
  readonly id: string | undefined;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the data, member by member
  readonly data: any;
}

/** The events of an answer as they come. Whoever has seen enough calls `return`, which ends the stream. */
export async function* eventsFrom(response: Response): AsyncGenerator<Event, void, undefined> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) if (block.includes("event: ")) yield eventIn(block);
  }
}

function eventIn(block: string): Event {
  const fields = new Map(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line]));
  const field = (name: string) => fields.get(name)?.slice(name.length + 2);
  return { id: field("id"), name: field("event") ?? "", data: JSON.parse(field("data") ?? "null") };
}

/** All of them, of a stream that ends by itself. */
export async function allEvents(response: Response): Promise<readonly Event[]> {
  const events: Event[] = [];
  for await (const event of eventsFrom(response)) events.push(event);
  return events;
}
