import type { NativeRequest, ProviderIo } from "../../../contracts/ai-vendor.ts";
import { isRecord } from "../../_wire/json.ts";
import { anthropicErrors } from "./anthropic-errors.ts";
import { outgoing, type NativePass } from "../../_wire/native-pass.ts";
import type { Reader } from "../../_wire/reader.ts";
import { openTap } from "../../_wire/tap.ts";
import { failure } from "../../_wire/vendor-failure.ts";

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

/** Asks a vendor to count a request's input tokens, which is free. */
export const nativeCount =
  (pass: Pick<NativePass, "headers" | "defaults" | "passes">) =>
  async (request: NativeRequest, io: ProviderIo): Promise<number> => {
    const tap = openTap({ reader: countReader, enforceLimits: (body) => body, errors: anthropicErrors }, io);
    const { document } = await tap.answer(outgoing(pass, request, io, { ...request.body, model: io.model }));
    const count = isRecord(document) ? document["input_tokens"] : undefined;
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0)
      throw failure({ kind: "refused", code: "PROVIDER_BAD_RESPONSE", about: "route" });
    return count;
  };
