import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { RequestLimits } from "../../contracts/request-limits.ts";
import type { SignRequest } from "../../contracts/sign-request.ts";
import type { doneData } from "./done-data.ts";
import type { ErrorRules } from "./error-rules.ts";
import type { Framer } from "./framer.ts";
import type { JsonRecord } from "./json.ts";
import type { Reader } from "./reader.ts";
import type { Tidy } from "./tidy.ts";

/** What a vendor's wire says and means: how its requests are made safe to send, and how its answers are read. */
export interface Dialect {
  /** Of so many answers to one request. */
  readonly reader: (choices: number) => Reader;
  /** Makes the body what must be sent: the model, exactly one output limit, and nothing that was not reserved. */
  readonly enforceLimits: (body: JsonRecord, io: ProviderIo) => JsonRecord;
  readonly errors: ErrorRules;
  /** Cuts the bytes of a stream into messages; server-sent events where absent. */
  readonly framer?: () => Framer;
  /** Writes a document as a message of such a stream, for an adapter that reads no other. */
  readonly encode?: (document: unknown) => Uint8Array;
  /** Answers are files and no text: only what is declared as JSON is a document. */
  readonly binary?: boolean;
  /** Gives the headers that sign a request with the opened credential, for vendors that take no key itself. */
  readonly sign?: (
    request: Parameters<SignRequest>[0],
    credential: ProviderIo["credential"],
  ) => ReturnType<SignRequest>;
  /** Changes a document, which came under an event's name, before anyone else reads it; undefined leaves it as it is. */
  readonly adjust?: (document: JsonRecord, event: string | undefined) => JsonRecord | undefined;
  /** The events of a stream that say the same as a whole answer; where absent, the answer is one event itself. */
  readonly asEvents?: (document: JsonRecord) => readonly (JsonRecord | typeof doneData)[];
  /** Makes the documents of one answer readable for a library with a strict schema. */
  readonly tidy?: () => Tidy;
  /** The document after which a stream says nothing more; for streams that do not end with `[DONE]`. */
  readonly endsStream?: (document: unknown) => boolean;
  /** Named events whose data must be readable; what carries any other name may be ignored. */
  readonly knownEvents?: RegExp;
  /** Where documents tell their usage, for answers that are no JSON any more; `usage` where absent. */
  readonly usageName?: string;
}

/** One whose requests are made safe without knowing whose they are. */
export interface PlainDialect extends Dialect {
  readonly enforceLimits: (body: JsonRecord, io: RequestLimits) => JsonRecord;
}
