import type { CallContext } from "../../contracts/call-context.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readMultipart } from "../read-multipart.ts";
import { askForImages } from "./ask-for-images.ts";
import { parseImageEditForm } from "./image-edits-request.ts";
import { imagesInputOf, previewsOf } from "./images-request.ts";
import { nativeHeaders } from "./native-headers.ts";

/** All images together, with what else is in the form. */
const maxBodyBytes = 26 * 1024 * 1024;

/** POST /v1/images/edits. */
export const answerImageEdits = async (
  gateway: Gateway,
  request: DoorRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { asked, fields, images, mask } = parseImageEditForm(await readMultipart(request, maxBodyBytes));
  const { response_format: _format, ...texts } = fields;
  const files = [...images, ...(mask === undefined ? [] : [mask])];
  return askForImages(gateway, ctx, {
    path: "/images/edits",
    body: { ...texts, files: files.map(({ field, mediaType, data }) => ({ field, mediaType, data })) },
    input: {
      ...imagesInputOf(asked),
      files: images.map(({ mediaType, data }) => ({ mediaType, data })),
      ...(mask === undefined ? {} : { mask: { mediaType: "image/png", data: mask.data } }),
      inputFidelity: asked.input_fidelity,
    },
    files: Object.fromEntries(files.map(({ place, data }) => [place, data])),
    previews: previewsOf({ ...asked, stream: asked.stream === "true" }),
    headers: nativeHeaders(request),
  });
};
