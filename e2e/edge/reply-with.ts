import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { fixturesOf, wireOf, type EdgeCell } from "./edge-table.ts";
import type { EdgeReply } from "./edge-world.ts";
import { modelOf } from "./edge-world.ts";
import { counted, spelled, streamedAnswer, usageOf, wholeAnswer, type WireEvent } from "./wire-answers.ts";

/** The text of every answer. */
export const answerText = "The station is on the left.";

type Json = Readonly<Record<string, unknown>>;

interface Shape {
  readonly usage?: Json;
  readonly text?: string;
  readonly model?: string;
  readonly parts?: readonly Json[];
}

const plain = (cell: EdgeCell, { usage, text = answerText, model = modelOf(cell), parts = [] }: Shape) => ({
  text,
  model,
  usage: usage ?? usageOf[wireOf(cell)](counted),
  parts,
});

/** The answer as one document, in the vendor's wire. */
export const wholeOf = (cell: EdgeCell, shape: Shape = {}): Json => wholeAnswer[wireOf(cell)](plain(cell, shape));

/** The answer as events, in the vendor's wire; `finish` null leaves the ending out. */
export const eventsOf = (
  cell: EdgeCell,
  { finish, ...shape }: Shape & { readonly finish?: string | null } = {},
): readonly WireEvent[] =>
  streamedAnswer[wireOf(cell)]({
    ...plain(cell, shape),
    ...(finish === undefined ? {} : { finish }),
  });

export const withJson =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): EdgeReply =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

export const withGzip =
  (body: unknown): EdgeReply =>
  (response) =>
    void response
      .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
      .end(gzipSync(JSON.stringify(body)));

const openStream = (response: ServerResponse): void =>
  void response.writeHead(200, { "content-type": "text/event-stream" });

/** A stream in pieces of a few bytes, so that characters, lines and events are split. */
export const withStream =
  (bytes: Buffer, pieceBytes = 13): EdgeReply =>
  (response) => {
    openStream(response);
    for (let at = 0; at < bytes.length; at += pieceBytes) response.write(bytes.subarray(at, at + pieceBytes));
    response.end();
  };

/** Events as the vendor's wire writes them: binary messages where it has those. */
export const writtenEvents = (cell: EdgeCell, events: readonly WireEvent[]): Buffer =>
  fixturesOf(cell.vendor).encode?.(events.map(({ name = "", data }) => ({ [name]: data }))) ?? spelled(events);

export const withEvents = (cell: EdgeCell, events: readonly WireEvent[]): EdgeReply =>
  withStream(writtenEvents(cell, events), 1_000_000);
