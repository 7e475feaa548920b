import { openFilesOf } from "../platform/private-file.ts";
import { red, type Progress } from "../platform/progress.ts";

/** Names the files of the data folder that others may read, and what to do. */
export const tellOpenFiles = async (dataDir: string, progress: Progress): Promise<void> => {
  const open = await openFilesOf(dataDir);
  if (open.length === 0) return;
  progress.say(`  ${red("!")} others may read ${open.join(", ")}: cd ${dataDir} && chmod 600 ${open.join(" ")}`);
};
