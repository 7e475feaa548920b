/** https://platform.openai.com/docs/api-reference/images/create#images-create-size: as many pixels as 3840 × 2160. */
const mostPixels = 3_840 * 2_160;

/** The most bytes of an event with an image: its pixels at four bytes each, not compressed at all, as Base64, and a frame. */
export const mostImageEventBytes = Math.ceil((mostPixels * 4 * 4) / 3) + 1024 * 1024;
