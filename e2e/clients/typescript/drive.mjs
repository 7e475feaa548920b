// drive.mjs <folder> <plan>: calls every operation of a generated client, and says of each what it answered or what was wrong.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, planFile] = process.argv.slice(2);
const { baseUrl, headers, calls } = JSON.parse(readFileSync(planFile, "utf8"));
const load = (name) => import(join(folder, "built", name));
const [sdk, schemas, { createClient }] = await Promise.all([
  load("sdk.gen.js"),
  load("zod.gen.js"),
  load("client/index.js"),
]);

/** Files come as Base64 in the plan. */
const withFiles = (body, files) => ({
  ...body,
  ...Object.fromEntries(
    files.map((name) => [name, new File([Buffer.from(body[name], "base64")], "recording.wav", { type: "audio/wav" })]),
  ),
});

const answers = new Map();

/** With the id that an answer before has, where the plan says so. */
const withTaken = ({ takes, path, body, ...rest }) => {
  const answer = takes && answers.get(takes.by);
  if (answer === undefined) return { ...rest, path, body };
  const taken = { [takes.as]: takes.at.reduce((inside, key) => inside?.[key], answer) };
  return takes.as in path
    ? { ...rest, path: { ...path, ...taken }, body }
    : { ...rest, path, body: { ...body, ...taken } };
};

const call = async (planned) => {
  const { operationId, path, query, body, files = [], headers: own = {}, parts, errors } = withTaken(planned);
  const act = sdk[operationId];
  if (act === undefined) return { wrong: "the client has no such function" };
  const client = createClient({ baseUrl, headers: { ...headers, ...own } });
  const asked = { client, path, query, ...(body === undefined ? {} : { body: withFiles(body, files) }) };
  if (parts !== undefined) {
    let failed;
    const onSseError = (error) => (failed = error);
    const { stream } = await act({ ...asked, sseMaxRetryAttempts: 1, onSseError });
    let count = 0;
    for await (const part of stream) {
      schemas[`z${parts}`].parse(part);
      count += 1;
    }
    if (failed !== undefined) return { wrong: `a stream that broke off: ${String(failed).slice(0, 600)}` };
    return count === 0 ? { wrong: "a stream without parts" } : { status: 200 };
  }
  const { data, error, response } = await act(asked);
  // Without one the request did not get there, or its answer is not as the document says.
  if (response === undefined || (error !== undefined && response.ok)) return { wrong: String(error).slice(0, 600) };
  if (response.status === 204) return { status: 204 };
  if (response.ok) answers.set(operationId, data);
  if (response.ok && data instanceof Blob && data.size === 0) return { wrong: "an empty file" };
  if (response.ok) return data === undefined ? { wrong: "an answer without data" } : { status: response.status };
  const found = schemas[`z${errors}`].safeParse(error);
  return found.success
    ? { status: response.status, code: error.error.code ?? error.error }
    : { status: response.status, wrong: `${found.error} in ${JSON.stringify(error).slice(0, 300)}` };
};

for (const item of calls) {
  const answer = await call(item).catch((error) => ({ wrong: String(error).slice(0, 600) }));
  process.stdout.write(`${JSON.stringify({ operationId: item.operationId, ...answer })}\n`);
}
