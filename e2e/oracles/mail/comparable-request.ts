import type { CapturedRequest } from "./capture-server.ts";

/** Headers by which a vendor knows who asks, and what. Others belong to the client: its name, its connection. */
const telling = ["authorization", "x-postmark-server-token", "idempotency-key", "accept"];

const flat = (value: unknown, path: string): [string, string][] => {
  if (Array.isArray(value)) return value.flatMap((one, at) => flat(one, `${path}.${at}`));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([name, one]) => flat(one, path === "" ? name : `${path}.${name}`));
  return [[path, String(value)]];
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

/** All that a vendor reads of a request, as fields: what two clients that ask the same agree in. */
export const comparableRequest = async ({
  method,
  path,
  query,
  headers,
  body,
}: CapturedRequest): Promise<Readonly<Record<string, string>>> => {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  const fields = type.startsWith("multipart/")
    ? await formOf(body, headers["content-type"] ?? "")
    : flat(JSON.parse(body.toString("utf8")), "");
  return Object.fromEntries([
    ["method", method],
    ["path", path],
    ["query", query],
    ["content-type", type],
    ...telling.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[`header ${name}`, value] as [string, string]] : [];
    }),
    ...fields.map(([name, value]) => [`body ${name}`, value] as [string, string]),
  ]);
};

/** Where two requests differ: the field, what one says, and what the other. */
export const differencesOf = (
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly [string | undefined, string | undefined]>> =>
  Object.fromEntries(
    [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
      .filter((name) => ours[name] !== theirs[name])
      .toSorted()
      .map((name) => [name, [ours[name], theirs[name]] as const]),
  );
