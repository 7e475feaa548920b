/** Bytes in base64's usual alphabet, padded; Google takes either, with or without: https://protobuf.dev/programming-guides/json/ */
export const standardBase64 = (text: string): string => {
  const usual = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return usual.padEnd(Math.ceil(usual.length / 4) * 4, "=");
};
