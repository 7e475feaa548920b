import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";

/** A site on loopback that serves documents which describe clients. */
export interface DocumentServer {
  /** `localhost` with its port, as Auth is told to trust it. */
  readonly host: string;
  readonly origin: string;
  /** The address of a document, which is its client's id. */
  readonly addressOf: (path: string) => string;
  /** Serves a document at a path: valid but for the changes. */
  readonly describe: (path: string, changes?: Readonly<Record<string, unknown>>) => string;
  /** Answers a path by hand. */
  readonly answer: (path: string, listener: RequestListener) => string;
  /** How often a path was asked for. */
  readonly asked: (path: string) => number;
  readonly close: () => void;
}

export const startDocumentServer = async (port = 0): Promise<DocumentServer> => {
  const listeners = new Map<string, RequestListener>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    // A page is the same whatever is asked of it.
    const listener = listeners.get(path) ?? listeners.get(path.split("?")[0] ?? "");
    if (listener) listener(request, response);
    else response.writeHead(404).end();
  }).listen(port, "localhost");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const host = `localhost:${address.port}`;
  const origin = `http://${host}`;
  const addressOf = (path: string): string => origin + path;
  const answer: DocumentServer["answer"] = (path, listener) => {
    listeners.set(path, listener);
    return addressOf(path);
  };
  return {
    host,
    origin,
    addressOf,
    answer,
    describe: (path, changes = {}) =>
      answer(path, (_, response) => {
        const document = {
          client_id: addressOf(path),
          client_name: "Garden Planner",
          redirect_uris: [`${origin}/callback`],
          grant_types: ["authorization_code", "refresh_token"],
          token_endpoint_auth_method: "none",
          ...changes,
        };
        response.setHeader("content-type", "application/json").end(JSON.stringify(document));
      }),
    asked: (path) => asked.filter((each) => each === path).length,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
