import type { UnitClass } from "../../server/contracts/units.ts";

/** Units where they stand by class without a type of their own. */
export const unitsInWords =
  "Metered units by class. Tokens: `input`, `cacheRead…`, `cacheWrite…`, `output`, `reasoning`, `inputAudio`, `outputAudio`, `inputImage`, `outputImage`, `inputVideo`; other units: `image`, `megapixel`, `character`, `second`, `videoSecond…`, `search`, `page`, `request`, `message`, `recipient`, `payment`, `minorUnit`. An absent class was not reported";

/** What each class of unit counts. */
export const unitDocs: Readonly<Record<UnitClass, string>> = {
  input: "Tokens of input that no cache had",
  cacheRead: "Tokens of input that the vendor had in its cache",
  cacheReadAudio: "Tokens of sound in the input that the vendor had in its cache, where it counts those apart",
  cacheReadImage: "Tokens of images in the input that the vendor had in its cache, where it counts those apart",
  cacheWrite5m: "Tokens written to the vendor's cache for five minutes",
  cacheWrite1h: "Tokens written to the vendor's cache for an hour",
  cacheWrite30m: "Tokens written to the vendor's cache for thirty minutes",
  cacheWrite12h: "Tokens written to the vendor's cache for twelve hours",
  output: "Tokens of output without reasoning",
  reasoning: "Tokens of output in which the model reasoned",
  inputAudio: "Tokens of sound in the input",
  outputAudio: "Tokens of sound in the output",
  inputImage: "Tokens of images in the input",
  outputImage: "Tokens of images in the output",
  inputVideo: "Tokens of film in the input",
  image: "Pictures that the model made or looked at, where a vendor counts whole ones",
  megapixel: "Millions of pixels of pictures that were made, each picture's rounded up",
  character: "Letters and signs of text, where a vendor counts those in place of tokens",
  second: "Time of sound or film, in seconds",
  videoSecond: "Time of film that was made at up to 720p, in seconds",
  videoSecond1080p: "Time of film that was made at 1080p, in seconds",
  videoSecond4k: "Time of film that was made at 4K, in seconds",
  search: "Searches of the web",
  page: "Pages of documents",
  request: "Requests to the vendor",
  message: "Mails",
  recipient: "Recipients of mail",
  payment: "Transactions of a payment vendor, whatever their amount",
  minorUnit: "Money that was moved, in minor units of its currency",
};
