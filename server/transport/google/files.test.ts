import { ApiError, createPartFromUri, GoogleGenAI } from "@google/genai";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { stillVideoOf } from "../../../test/media-files.ts";
import { eventually } from "../../../test/eventually.ts";

let gateway: ListeningGateway;
beforeAll(async () => {
  gateway = await openListeningGateway();
});
afterAll(() => gateway.close());

const nameIn = ({ name }: { readonly name?: string | undefined }): string => {
  if (name === undefined) throw new Error("a file without a name");
  return name;
};

it("the official client uploads a film, waits for it, asks about it, lists and deletes it", async () => {
  const { credential } = gateway.issue();
  const { files, models } = new GoogleGenAI({ apiKey: credential, httpOptions: { baseUrl: gateway.url } });
  const film = await stillVideoOf(5);
  const made = await files.upload({
    file: new Blob([Uint8Array.from(film)]),
    config: { mimeType: "video/mp4", displayName: "tour.mp4" },
  });
  expect(made).toMatchObject({
    name: expect.stringMatching(/^files\/[0-9a-f]{32}$/),
    uri: expect.stringMatching(/\/v1beta\/files\/[0-9a-f]{32}$/),
    displayName: "tour.mp4",
    mimeType: "video/mp4",
    sizeBytes: film.length.toString(),
    state: "PROCESSING",
    sha256Hash: expect.any(String),
    expirationTime: expect.any(String),
    videoMetadata: { videoDuration: "5s" },
  });
  const name = nameIn(made);
  await eventually(async () => expect(await files.get({ name })).toMatchObject({ name, state: "ACTIVE" }));
  const answer = await models.generateContent({
    model: "gemini-2.5-flash",
    contents: [createPartFromUri(made.uri ?? "", "video/mp4"), "What is shown?"],
    config: { maxOutputTokens: 100 },
  });
  expect(answer.text).toMatch(/./);
  const other = await files.upload({ file: new Blob(["A harvest report."]), config: { mimeType: "text/plain" } });
  const listed: string[] = [];
  for await (const file of await files.list({ config: { pageSize: 1 } })) listed.push(nameIn(file));
  expect(listed).toEqual([nameIn(other), name]);
  await files.delete({ name });
  const gone: unknown = await files.get({ name }).catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(ApiError);
  expect(gone).toMatchObject({ status: 404, message: expect.stringContaining('"NOT_FOUND"') });
});

it("an upload goes on from where it is, by its address alone and for nobody else's key", async () => {
  const { credential } = gateway.issue();
  const send = async (url: string, headers: Readonly<Record<string, string>>, body = "") => {
    const response = await fetch(url, { method: "POST", headers, body });
    const answer: unknown = await response.json();
    const told = (field: string) => response.headers.get(`x-goog-upload-${field}`);
    return { code: response.status, status: told("status"), received: told("size-received"), url: told("url"), answer };
  };
  const start = (headers: Readonly<Record<string, string>>) =>
    send(
      `${gateway.url}/upload/v1beta/files`,
      {
        "x-goog-api-key": credential,
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-command": "start",
        ...headers,
      },
      "",
    );
  expect(await start({})).toMatchObject({
    code: 400,
    answer: {
      error: {
        status: "INVALID_ARGUMENT",
        details: expect.arrayContaining([
          expect.objectContaining({
            fieldViolations: [expect.objectContaining({ field: "x-goog-upload-header-content-length" })],
          }),
        ]),
      },
    },
  });
  const size = { "x-goog-upload-header-content-length": "11", "x-goog-upload-header-content-type": "text/plain" };
  const begun = await start(size);
  expect(begun).toMatchObject({ code: 200, status: "active" });
  const id = new URL(begun.url ?? "").search;
  const piece = (command: string, offset: number, body = "", headers = {}) =>
    send(
      `${gateway.url}/upload/v1beta/files${id}`,
      { "x-goog-upload-command": command, "x-goog-upload-offset": offset.toString(), ...headers },
      body,
    );
  expect(await piece("upload", 0, "The har")).toMatchObject({ status: "active", received: "7" });
  expect(await piece("upload, finalize", 0, "The har")).toMatchObject({ code: 400, status: null });
  expect(await piece("upload, finalize", 7, "vest and more")).toMatchObject({ code: 400, status: null });
  expect(await piece("finalize", 7)).toMatchObject({ code: 400, status: null });
  const stranger = { "x-goog-api-key": gateway.issue().credential };
  expect(await piece("query", 0, "", stranger)).toMatchObject({ code: 404 });
  expect(await piece("query", 0)).toMatchObject({ status: "active", received: "7" });
  const done = await piece("upload, finalize", 7, "vest");
  expect(done).toMatchObject({ code: 200, status: "final", answer: { file: { sizeBytes: "11", state: "ACTIVE" } } });
  // The answer was lost: it is given again, and nothing is uploaded twice.
  expect(await piece("upload, finalize", 7, "vest")).toEqual(done);
  const unknown = await send(`${gateway.url}/upload/v1beta/files?upload_id=guessed`, {
    "x-goog-upload-command": "query",
  });
  expect(unknown).toMatchObject({ code: 401, answer: { error: { status: "UNAUTHENTICATED" } } });
});
