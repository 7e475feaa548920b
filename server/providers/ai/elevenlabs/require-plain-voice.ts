import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { isRecord, recordAt } from "../../_wire/json.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { vendorWire } from "../../_wire/vendor-wire.ts";
import { elevenLabsErrors } from "./elevenlabs-errors.ts";

/** One of the vendor's own, which its documentation speaks with. */
export const usualVoice = "JBFqnCBsd6RMkjVDRZzb";

const voiceId = /^[A-Za-z0-9]{16,32}$/;

const refusing = (message: string) =>
  failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" }, { message });

/**
 * Voices of the library may bill several credits a character: https://elevenlabs.io/docs/api-reference/voices/get,
 * `sharing.rate`. What they bill was not reserved, so that the vendor is asked first, which is free.
 */
export const requirePlainVoice = async (
  voice: string,
  headers: Readonly<Record<string, string>>,
  io: ProviderIo,
): Promise<void> => {
  if (voice === usualVoice) return;
  if (!voiceId.test(voice))
    throw refusing(`voice: expected the id of a voice at ElevenLabs, such as ${usualVoice}, and no name.`);
  const wire = vendorWire({ headers: () => headers, errors: elevenLabsErrors });
  const described = await wire.ask(
    { method: "GET", path: "/voices/{voice}", values: { voice }, headers: {}, prepares: true },
    { ...io, connect: () => Promise.reject(new Error("ElevenLabs speaks HTTP")) },
  );
  const sharing = recordAt(described, "sharing");
  const rate = isRecord(sharing) ? sharing["rate"] : undefined;
  if (typeof rate === "number" && rate > 1)
    throw refusing(`voice: ${voice} bills ${rate} times the price of its model; choose one that bills it once.`);
};
