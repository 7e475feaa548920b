import type { CallContext } from "../../contracts/call-context.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { asRecord } from "../dialect/as-record.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { askForImages } from "./ask-for-images.ts";
import { imagesInputOf, parseImagesRequest, previewsOf } from "./images-request.ts";
import { nativeHeaders } from "./native-headers.ts";

const maxBodyBytes = 256 * 1024;

/** POST /v1/images/generations. */
export const answerImages = async (gateway: Gateway, request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
  const { value } = await readSizedJson(request, maxBodyBytes);
  const asked = parseImagesRequest(value);
  // Clients ask for it out of habit; OpenAI's own models of today refuse the word, and answer so all the same.
  const { response_format: _format, ...body } = asRecord(value);
  return askForImages(gateway, ctx, {
    path: "/images/generations",
    body,
    input: imagesInputOf(asked),
    files: {},
    previews: previewsOf(asked),
    headers: nativeHeaders(request),
  });
};
