import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";

let gateway: ListeningGateway;
beforeAll(async () => {
  gateway = await openListeningGateway();
});
beforeEach(() => gateway.sandbox.reset());
afterAll(() => gateway.close());

type Event = Readonly<Record<string, unknown>>;

const connect = (credential: string, headers: Record<string, string> = {}): WebSocket =>
  new WebSocket(`${gateway.url.replace("http", "ws")}/v1/responses`, {
    headers: { authorization: `Bearer ${credential}`, ...headers },
  });

/** The status of an answer that is no WebSocket. */
const refusal = async (socket: WebSocket): Promise<number | undefined> => {
  socket.on("error", () => undefined);
  const [, response] = await once(socket, "unexpected-response");
  const { statusCode }: { statusCode?: number } = response;
  return statusCode;
};

/** Sends a message and gathers what comes, to the end of the response or the error. */
const ask = (socket: WebSocket, message: object | string): Promise<readonly Event[]> =>
  new Promise((resolve, reject) => {
    const events: Event[] = [];
    const take = (data: Buffer): void => {
      const event: Event = JSON.parse(data.toString());
      events.push(event);
      if (/^(response\.(completed|incomplete|failed)|error)$/.test(String(event["type"]))) {
        socket.off("message", take);
        resolve(events);
      }
    };
    socket.on("message", take);
    socket.once("close", () => reject(new Error("closed")));
    socket.send(typeof message === "string" ? message : JSON.stringify(message));
  });

const create = { type: "response.create", model: "openai/gpt-5-mini", store: false };
const said = (events: readonly Event[]): string =>
  events.map(({ type, delta }) => (type === "response.output_text.delta" ? String(delta) : "")).join("");
const idOf = (events: readonly Event[]): unknown => {
  const response = events.at(-1)?.["response"];
  return typeof response === "object" && response !== null ? Reflect.get(response, "id") : undefined;
};

describe("responses over a WebSocket", () => {
  it("are for those who may ask, and a proof of a key is made for one request", async () => {
    const { credential } = gateway.issue();
    expect(await refusal(connect("of-nobody"))).toBe(401);
    expect(await refusal(connect(gateway.issue({ permissions: new Set() }).credential))).toBe(403);
    expect(await refusal(connect(credential, { dpop: "a proof" }))).toBe(426);
    const plain = await fetch(`${gateway.url}/v1/responses`, { headers: { authorization: `Bearer ${credential}` } });
    expect(plain.status).toBe(426);
    const elsewhere = new WebSocket(`${gateway.url.replace("http", "ws")}/v1/chat/completions`);
    expect(await refusal(elsewhere)).toBe(426);
  });

  it("are answered one after another by the events of a stream, each paid for, and go on from what the connection remembers", async () => {
    const { credential, organizationId } = gateway.issue();
    const socket = connect(credential);
    await once(socket, "open");
    const prepared = await ask(socket, {
      ...create,
      generate: false,
      input: [{ role: "user", content: "My name is Ada." }],
    });
    expect(prepared.map(({ type }) => type)).toEqual(["response.created", "response.completed"]);
    expect(await gateway.rows(organizationId)).toHaveLength(0);
    const next = { ...create, previous_response_id: idOf(prepared), input: [{ role: "user", content: "Hello one" }] };
    const first = await ask(socket, next);
    expect(said(first)).toContain("Hello one");
    expect(first.map(({ sequence_number: at }) => at)).toEqual(first.map((_event, at) => at));
    const second = await ask(socket, {
      ...create,
      model: "anthropic/claude-haiku-4-5",
      previous_response_id: idOf(first),
      input: [{ role: "user", content: "Hello two" }],
    });
    expect(said(second)).toContain("Hello two");
    const rows = await gateway.rows(organizationId);
    expect(rows.map(({ state, source }) => `${state} ${source}`)).toEqual(Array(2).fill("settled provider"));

    const [gone] = (await ask(socket, { ...create, previous_response_id: idOf(prepared), input: "Hi" })).slice(-1);
    expect(gone).toMatchObject({ type: "error", status: 400, error: { code: "previous_response_not_found" } });
    expect((await ask(socket, "no JSON")).at(-1)).toMatchObject({ type: "error", status: 400 });
    expect((await ask(socket, { type: "session.update" })).at(-1)).toMatchObject({ error: { param: "type" } });
    gateway.sandbox.script({ vendor: "openai", faults: [{ name: "pace", everyMs: 5 }] });
    const running = ask(socket, { ...create, input: "Hello three" });
    const busy = ask(socket, { ...create, input: "Hello four" });
    expect((await busy).find(({ type }) => type === "error")).toMatchObject({ status: 409 });
    await running;
    socket.close();
    await once(socket, "close");
  });

  it("whose caller leaves are read on and booked once", async () => {
    const { credential, organizationId } = gateway.issue();
    gateway.sandbox.script({ vendor: "openai", faults: [{ name: "pace", everyMs: 5 }] });
    const socket = connect(credential);
    await once(socket, "open");
    socket.send(JSON.stringify({ ...create, model: "openai/gpt-4o-mini", input: "Hello" }));
    await once(socket, "message");
    socket.terminate();
    const states = async () => (await gateway.rows(organizationId)).map(({ state, source }) => `${state} ${source}`);
    await expect.poll(states, { timeout: 5_000 }).toEqual(["settled drained"]);
  });
});
