import type { ConnectWay } from "../app/_connect/connection.ts";
import { waysToConnect } from "../app/_connect/ways-to-connect.ts";
import type { Snippet } from "./markdown-snippets.ts";

/** As the documentation shows them: read from the environment, on this machine. */
const connection = {
  origin: "http://localhost:3000",
  authUrl: "http://localhost:3001",
  model: "openai/gpt-4o-mini",
  anthropicModel: "anthropic/claude-sonnet-4-5",
} as const;

const ways = (apiKey?: string): readonly ConnectWay[] =>
  waysToConnect({ ...connection, apiKey }).flatMap((group) => group.ways);

/** A way to connect, with a key filled in where one is given. */
export const wayToConnect = (id: string, apiKey?: string): ConnectWay => {
  const found = ways(apiKey).find((way) => way.id === id);
  if (!found) throw new Error(`no way ${id}`);
  return found;
};

/** Everything in some languages that the page Connect has to copy. */
export const connectExamples = (languages: readonly string[], apiKey?: string): readonly Snippet[] =>
  ways(apiKey).flatMap(({ id, examples }) =>
    examples
      .filter(({ language }) => languages.includes(language))
      .map(({ name, language, code }) => ({ place: `Connect: ${id}, ${name}`, page: "Connect", language, text: code })),
  );
