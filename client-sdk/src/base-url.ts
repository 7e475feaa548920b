import { ConnectionProblem } from "./connection-problem.ts";

const example = "http://localhost:3000";

/** Addresses of other clients, which this one completes by itself. */
const surplus: Readonly<Record<string, string>> = {
  "/v1": "is where OpenAI's clients call",
  "/v1/messages": "is where Anthropic's clients call",
  "/v1beta": "is where Google's clients call",
  "/api": "is where REST calls go",
  "/api/trpc": "is added by the client",
};

const refuse = (message: string): never => {
  throw new ConnectionProblem("address", message);
};

/** The origin of a gateway, and the path where a proxy has put it; says what is wrong with anything else. */
export const baseUrlOf = (given: unknown): string => {
  if (typeof given !== "string" || given.trim() === "")
    return refuse(`baseUrl is missing: it is the address of Nexus, for example "${example}".`);
  const text = given.trim();
  if (!/^https?:\/\//i.test(text)) {
    const bare = text.replace(/^[a-z]+:\/\//i, "").replace(/^\/+/, "");
    return refuse(`baseUrl "${text}" does not begin with http:// or https://. Did you mean "http://${bare}"?`);
  }
  if (!URL.canParse(text)) return refuse(`baseUrl "${text}" is no address. It looks like "${example}".`);
  const url = new URL(text);
  if (url.username !== "" || url.password !== "")
    return refuse("baseUrl carries a name or password: say who calls with `credential`.");
  if (url.search !== "" || url.hash !== "") return refuse(`baseUrl "${text}" has a query or a fragment: leave it out.`);
  const path = url.pathname.replace(/\/+$/, "");
  const said = surplus[path];
  if (said !== undefined)
    return refuse(`baseUrl "${text}" has "${path}" too much, which ${said}. Write "${url.origin}".`);
  return `${url.origin}${path}`;
};
