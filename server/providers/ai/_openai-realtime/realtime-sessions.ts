import type { AiVendorRealtime, RealtimeIo } from "../../../contracts/ai-vendor-realtime.ts";
import type { ProviderError } from "../../../contracts/vendor-call.ts";
import { parseJson, recordAt, stringAt } from "../../_wire/json.ts";
import { mergeUsage } from "../../_wire/merge-usage.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import { failure, vendorFailure } from "../../_wire/vendor-failure.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";
import { readRealtimeUsage } from "./read-realtime-usage.ts";

interface RealtimeSessions {
  readonly headers: (io: Pick<RealtimeIo, "credential">) => Readonly<Record<string, string>>;
  /** What the vendor calls the model; as it is priced where absent. */
  readonly named?: (io: Pick<RealtimeIo, "credential" | "model">) => string;
}

// …/docs/guides/realtime-models-prompting: the models that reason make up to 32,000 tokens, those before them 4,096.
const outputTokensMax = (model: string): number => (model.startsWith("gpt-realtime-2") ? 32_000 : 4_096);

/** A connection that is gone says nothing of what was done for what it carried. */
const lost = (cause: Error | undefined): ProviderError => {
  const told = cause === undefined ? undefined : transportFailure(cause)?.failure;
  const { code = "PROVIDER_UNAVAILABLE" } = told ?? {};
  const late = code === "PROVIDER_TIMEOUT";
  return failure({ kind: "unknown", doubt: late ? "timeout" : (told?.doubt ?? "cut"), code, about: "route" });
};

/** Sessions over WebSocket at OpenAI, or at who hosts its models. */
export const realtimeSessions = ({ headers, named = ({ model }) => model }: RealtimeSessions): AiVendorRealtime => ({
  open: async (io) => {
    const opened = await io
      .openSocket({ path: "/realtime", query: { model: named(io) }, headers: headers(io) })
      .catch((error: unknown) => {
        throw transportFailure(error) ?? error;
      });
    if ("listen" in opened) return opened;
    const { status, headers: told, text } = opened;
    throw vendorFailure(
      { status, headers: told, document: parseJson(text) ?? text },
      { credential: io.credential, payload: "", model: io.model },
      chatErrors,
    );
  },
  meterOf: (response) => {
    const usage = recordAt(response, "usage");
    const { units, whole, notes } = readRealtimeUsage(usage);
    return {
      units,
      final: whole,
      ...(notes.length === 0 ? {} : { notes }),
      rawUsage: usage === undefined ? undefined : mergeUsage({}, usage),
      responseModel: undefined,
      vendorRequestId: stringAt(response, "id"),
    };
  },
  refusalOf: (error, { credential, model }) =>
    vendorFailure(
      // There is no status: its names say what it is.
      { status: 200, headers: {}, document: { error } },
      { credential, payload: "", model },
      chatErrors,
    ),
  lost,
  outputTokensMax,
});
