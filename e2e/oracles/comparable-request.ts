import type { CapturedRequest } from "./capture-server.ts";

type Fields = Readonly<Record<string, string>>;

const flat = (value: unknown, path: string): [string, string][] => {
  const below = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const parts = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return parts.length === 0 ? [[path, JSON.stringify(value)]] : parts.flatMap(([name, one]) => flat(one, below(name)));
};

/** The parts of a form: each with its place among those of its name. */
const formOf = async (body: Buffer, type: string): Promise<[string, string][]> => {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const fields: [string, string][] = [];
  for (const name of new Set(form.keys())) {
    for (const [at, value] of form.getAll(name).entries()) {
      if (typeof value === "string") fields.push([`${name}.${at}`, value]);
      else
        fields.push(
          [`${name}.${at}`, Buffer.from(await value.arrayBuffer()).toString("base64")],
          [`${name}.${at}.filename`, value.name],
          [`${name}.${at}.type`, value.type],
        );
    }
  }
  return fields;
};

const bodyOf = async ({ headers, body }: CapturedRequest): Promise<[string, string][]> => {
  const whole = headers["content-type"] ?? "";
  if (body.length === 0) return [];
  return whole.startsWith("multipart/") ? formOf(body, whole) : flat(JSON.parse(body.toString("utf8")), "");
};

/**
 * All that a vendor reads of a request, as fields: what two clients that ask the same agree in. Of headers those that the
 * vendor goes by; others belong to a client, as its name does, or to its connection.
 */
export const comparableRequest = async (
  request: CapturedRequest,
  isRead: (header: string) => boolean,
): Promise<Fields> => {
  const { method, path, query, headers } = request;
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  return Object.fromEntries([
    ["method", method],
    ["path", path],
    ...Array.from(new URLSearchParams(query), ([name, value]) => [`query ${name}`, value]),
    ...(type === "" ? [] : [["content-type", type]]),
    ...Object.entries(headers)
      .filter(([name]) => isRead(name))
      .map(([name, value]) => [`header ${name}`, String(value)]),
    ...(await bodyOf(request)).map(([name, value]) => [`body ${name}`, value]),
  ]);
};

/** Where two requests differ: the field, what one says, and what the other. */
export const differencesOf = (
  ours: Fields,
  theirs: Fields,
): Readonly<Record<string, readonly [string | undefined, string | undefined]>> =>
  Object.fromEntries(
    [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
      .filter((name) => ours[name] !== theirs[name])
      .toSorted()
      .map((name) => [name, [ours[name], theirs[name]] as const]),
  );
