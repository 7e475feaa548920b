const pattern = /^file_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** How callers name a file that is kept at a vendor. */
export const fileIdOf = (rowId: string): string => `file_${rowId.replaceAll("-", "")}`;

/** The id in a row of what a caller names; undefined for an id that is none of ours, such as a vendor's. */
export const fileRowIdOf = (id: string): string | undefined => {
  const parts = pattern.exec(id)?.slice(1);
  return parts?.join("-");
};

/** Whether it has the form of an id of ours; whose file it is, if any, only its row tells. */
export const isFileId = (value: unknown): value is string => typeof value === "string" && pattern.test(value);
