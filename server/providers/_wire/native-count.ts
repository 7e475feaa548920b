import type { NativeRequest, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { Dialect } from "./dialect.ts";
import type { ErrorRules } from "./error-rules.ts";
import { isRecord } from "./json.ts";
import { outgoing, type NativePass } from "./native-pass.ts";
import type { Reader } from "./reader.ts";
import { openTap } from "./tap.ts";
import { failure } from "./vendor-failure.ts";

/** A count is no answer: nothing in it is metered. */
const countReader = (): Reader => ({
  read: () => undefined,
  done: () => undefined,
  begun: () => true,
  reading: (vendorRequestId) => ({
    units: null,
    final: true,
    rawUsage: undefined,
    responseModel: undefined,
    vendorRequestId,
    deliveredBytes: 0,
    complete: true,
  }),
});

/** How a vendor counts. */
interface NativeCount extends Pick<NativePass, "headers" | "defaults" | "passes" | "completes">, Pick<Dialect, "sign"> {
  readonly errors: ErrorRules;
  /** The count's name in the answer. */
  readonly counted: string;
  readonly body: (request: NativeRequest, io: ProviderIo) => unknown;
}

/** Asks a vendor to count a request's input tokens, which is free. */
export const nativeCount =
  ({ errors, counted, body, sign, ...pass }: NativeCount) =>
  async (request: NativeRequest, io: ProviderIo): Promise<number> => {
    const tap = openTap(
      { reader: countReader, enforceLimits: (asked) => asked, errors, ...(sign === undefined ? {} : { sign }) },
      io,
    );
    const { document } = await tap.answer(outgoing(pass, request, io, body(request, io)));
    const count = isRecord(document) ? document[counted] : undefined;
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0)
      throw failure({ kind: "refused", code: "PROVIDER_BAD_RESPONSE", about: "route" });
    return count;
  };
