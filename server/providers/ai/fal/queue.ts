import { setTimeout as pause } from "node:timers/promises";
import { ProviderError, type VendorIo, type WireRequest } from "../../../contracts/vendor-call.ts";
import { wordAt, type JsonRecord } from "../../_wire/json.ts";
import { toldAmount } from "../../_wire/told-amount.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { unreadableReply, vendorWire } from "../../_wire/vendor-wire.ts";
import { falErrors } from "./fal-errors.ts";

/** What is needed to speak with fal; it has one protocol. */
export type FalIo = Omit<VendorIo, "connect">;

/** A request that fal has taken. */
export interface QueuedRequest {
  readonly model: string;
  readonly requestId: string;
}

export interface FalResult {
  readonly document: JsonRecord;
  /** `x-fal-billable-units`, in the unit that the model is billed in. */
  readonly billableUnits: number | undefined;
}

// https://fal.ai/docs/documentation/setting-up/authentication
export const falHeaders = ({ credential }: Pick<VendorIo, "credential">) => ({
  authorization: `Key ${credential["apiKey"] ?? ""}`,
});

const wire = vendorWire({ headers: falHeaders, errors: falErrors });

const whole = (io: FalIo): VendorIo => ({ ...io, connect: () => Promise.reject(new Error("fal speaks HTTP")) });

const placeholders = ["owner", "app", "first", "second", "third", "fourth"] as const;

/** A model's id is the path, segment by segment. */
const pathOf = (model: string): Pick<WireRequest, "path" | "values"> => {
  const segments = model.split("/");
  const places = placeholders.slice(0, segments.length);
  return {
    path: places.map((place) => `/{${place}}`).join(""),
    values: Object.fromEntries(places.map((place, index) => [place, segments[index] ?? ""])),
  };
};

/** What comes after the app's name is asked for, and no part of where its requests are kept. */
const keptAt = ({ model, requestId }: QueuedRequest, rest: "" | "/status" | "/cancel") => {
  const [owner = "", app = ""] = model.split("/");
  return { path: `/{owner}/{app}/requests/{request}${rest}`, values: { owner, app, request: requestId } };
};

/** POST /{model}: https://fal.ai/docs/inference-api/queue/submit */
export const submitToFal = async (model: string, input: JsonRecord, io: FalIo): Promise<QueuedRequest> => {
  const answer = await wire.ask(
    {
      method: "POST",
      ...pathOf(model),
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
    },
    whole(io),
  );
  const requestId = wordAt(answer, "request_id");
  if (requestId === undefined || !/^[\w-]{1,128}$/.test(requestId)) throw unreadableReply();
  return { model, requestId };
};

/** GET …/status: https://fal.ai/docs/inference-api/queue/status */
export const statusAtFal = async (request: QueuedRequest, io: FalIo): Promise<"queued" | "running" | "completed"> => {
  const answer = await wire.ask({ method: "GET", ...keptAt(request, "/status"), headers: {} }, whole(io));
  const status = wordAt(answer, "status");
  if (status === "COMPLETED") return "completed";
  if (status === "IN_PROGRESS") return "running";
  if (status === "IN_QUEUE") return "queued";
  throw unreadableReply();
};

/** GET …/{request}: the model's own answer, or its own refusal. https://fal.ai/docs/inference-api/queue/result */
export const resultAtFal = async (request: QueuedRequest, asked: string, io: FalIo): Promise<FalResult> => {
  const response = await wire.send({ method: "GET", ...keptAt(request, ""), headers: {} }, whole(io));
  if (!wire.isGood(response)) throw await wire.refusal(response, whole(io), asked);
  const document = await wire.documentOf(response);
  if (typeof document !== "object" || document === null || Array.isArray(document)) throw unreadableReply();
  return { document: { ...document }, billableUnits: toldAmount(response.headers["x-fal-billable-units"]) };
};

/** PUT …/cancel; false where there is nothing left to cancel. https://fal.ai/docs/inference-api/queue/cancel */
export const cancelAtFal = async (request: QueuedRequest, io: FalIo): Promise<boolean> => {
  const response = await wire.send({ method: "PUT", ...keptAt(request, "/cancel"), headers: {} }, whole(io));
  const status = wordAt(await wire.documentOf(response), "status");
  if (status === "ALREADY_COMPLETED" || status === "NOT_FOUND") return false;
  if (!wire.isGood(response)) throw await wire.refusal(response, whole(io));
  return true;
};

const [firstPauseMs, longestPauseMs] = [200, 2_000];

/** What fal has taken it goes on with, whatever is said of a question about it. */
const stillThere = (error: unknown): ProviderError =>
  error instanceof ProviderError && error.failure.kind === "unknown"
    ? error
    : failure({ kind: "unknown", doubt: "server_error", code: "PROVIDER_UNAVAILABLE", about: "route" });

const isPassing = (error: unknown): boolean =>
  error instanceof ProviderError &&
  error.failure.kind === "refused" &&
  (error.failure.status === 429 || (error.failure.status ?? 0) >= 500);

/** Waits until it is done, for as long as the attempt has. */
export const waitForFal = async (request: QueuedRequest, io: FalIo): Promise<void> => {
  for (let ms = firstPauseMs; ; ms = Math.min(ms * 1.5, longestPauseMs)) {
    const status = await statusAtFal(request, io).catch((error: unknown) => {
      if (isPassing(error)) return "running" as const;
      throw stillThere(error);
    });
    if (status === "completed") return;
    await pause(ms);
  }
};
