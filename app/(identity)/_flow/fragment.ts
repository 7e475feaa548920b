/** The secret of a mail link: read once from the fragment, which no server sees, then taken out of the address. */
export const takeFragment = (name: string): string | undefined => {
  const value = new URLSearchParams(location.hash.slice(1)).get(name);
  if (value === null || value === "") return undefined;
  history.replaceState(history.state, "", `${location.pathname}${location.search}`);
  return value;
};
