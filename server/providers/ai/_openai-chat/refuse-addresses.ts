import type { NativeRequest } from "../../../contracts/ai-vendor.ts";
import { arrayAt, isRecord, stringAt } from "../../_wire/json.ts";
import { failure } from "../../_wire/vendor-failure.ts";

const isInline = (text: string): boolean => /^data:/i.test(text);

/** Members of a part that hold a file or say where one is, whatever the part says of its type. */
const namesAddress = (part: unknown): boolean => {
  if (!isRecord(part)) return false;
  const held = ["image_url", "video_url", "audio_url", "input_audio", "file", "image", "video", "audio"].map(
    (member) => part[member],
  );
  const addresses = held.map((one) => (typeof one === "string" ? one : stringAt(one, "url")));
  const data = held.flatMap((one) => [stringAt(one, "data"), stringAt(one, "file_data")]);
  return (
    addresses.some((url) => url !== undefined && !isInline(url)) ||
    // Bare base64 has no colon.
    data.some((text) => text !== undefined && text.includes(":") && !isInline(text))
  );
};

/** Refuses addresses in messages: a self-hosted vendor would fetch them from inside the operator's network. */
export const refuseAddresses = ({ body }: NativeRequest): void => {
  const messages: readonly unknown[] = arrayAt(body, "messages");
  if (messages.some((message) => [...arrayAt(message, "content"), ...arrayAt(message, "images")].some(namesAddress))) {
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
      { message: "The vendor does not fetch files by address; send the data." },
    );
  }
};
