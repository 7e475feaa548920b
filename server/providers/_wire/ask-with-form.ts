import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import type { Dialect } from "./dialect.ts";
import { formBody, type FormFile } from "./form-body.ts";
import type { JsonRecord } from "./json.ts";
import { namedEvent, onceBegun, untilEnding } from "./native-pass.ts";
import { meteredOf } from "./reader.ts";
import { openTap } from "./tap.ts";

/** A request whose body is a form, for a path of the vendor's. */
export interface AskedForm {
  readonly path: string;
  readonly fields: JsonRecord;
  readonly files: readonly FormFile[];
  readonly headers: Readonly<Record<string, string>>;
}

/** The form as it goes out, within its limits, and what the caller wrote in it. */
const outgoingForm = async ({ path, fields, files, headers }: AskedForm, dialect: Dialect, io: ProviderIo) => {
  const { body, contentType } = await formBody(dialect.enforceLimits(fields, io), files);
  return {
    request: { method: "POST", path, headers: { ...headers, "content-type": contentType }, body } as const,
    said: JSON.stringify(fields),
  };
};

/** The whole answer to a form, and what it used. */
export const answerToForm = async (asked: AskedForm, dialect: Dialect, io: ProviderIo) => {
  const tap = openTap(dialect, io);
  const { request, said } = await outgoingForm(asked, dialect, io);
  const answer = await tap.answer(request, said);
  return { answer, metered: meteredOf(tap.reading()) };
};

/** The answer to a form as events, of which one ends it; they are named where clients of the dialect go by their names. */
export const streamOfForm = async (
  asked: AskedForm,
  dialect: Dialect,
  io: ProviderIo,
  { namesEvents = false } = {},
): Promise<Streaming<Uint8Array>> => {
  const tap = openTap(dialect, io);
  const { request, said } = await outgoingForm({ ...asked, fields: { ...asked.fields, stream: true } }, dialect, io);
  const { frames } = await tap.stream(request, said);
  return {
    chunks: onceBegun(tap, untilEnding(frames, dialect), namesEvents ? namedEvent : undefined),
    meter: tap.reading,
  };
};
