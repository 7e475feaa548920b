import { isFileId } from "../../contracts/file-id.ts";

const ofOurs = /^(?:https?:\/\/[^/?#]+\/v1beta\/)?files\/(?:file_)?([0-9a-f]{32})$/;

/** The id of the file that a name or an address of this dialect means; undefined for what is none of ours. */
export const namedFileIn = (named: string): string | undefined => {
  const id = `file_${ofOurs.exec(named)?.[1] ?? ""}`;
  return isFileId(id) ? id : undefined;
};
