const head = /^data:([a-z0-9.+-]+\/[a-z0-9.+*-]+)(?:;[^,;]*)*;base64,/i;

/** A `data:` URL in base64, taken apart; undefined for every other address. */
export const dataUrlOf = (url: string): { readonly mediaType: string; readonly data: string } | undefined => {
  const [start, mediaType] = head.exec(url.slice(0, 512)) ?? [];
  return start === undefined || mediaType === undefined
    ? undefined
    : { mediaType: mediaType.toLowerCase(), data: url.slice(start.length) };
};
