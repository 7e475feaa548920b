const types: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  opus: "audio/ogg",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm",
};

/** The media type of a format by its name; MP3 where none is named. */
export const speechTypeOf = (format = "mp3"): string => types[format] ?? "application/octet-stream";
