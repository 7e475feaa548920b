// Parameters of the callback itself; an address that brings its own could pass one off as ours.
const reserved = ["code", "state", "iss", "error", "access_token", "id_token"] as const;

/** Whether a browser may be sent there with a code: https, or http on localhost, without user, fragment or a parameter of ours. */
export const isPlainWebAddress = (text: string): boolean => {
  const url = URL.parse(text);
  const isWeb = url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname === "localhost");
  return (
    url !== null &&
    isWeb &&
    !text.includes("#") &&
    url.username === "" &&
    url.password === "" &&
    !reserved.some((name) => url.searchParams.has(name))
  );
};
