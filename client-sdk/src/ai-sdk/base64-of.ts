/** Bytes as base64, wherever there is no Buffer. */
export const base64Of = (bytes: Uint8Array): string => {
  let text = "";
  // In pieces: an argument list has an end.
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
};
