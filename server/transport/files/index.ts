export { deleteFile } from "./delete-file.ts";
export { createFilesDoor, filesErrorReply } from "./files-door.ts";
export { requireFileUse, type FilesDeps } from "./files-deps.ts";
export { readContent } from "./read-content.ts";
export { readFile, readFiles } from "./read-list.ts";
export { uploadedMediaType } from "./uploaded-media-type.ts";
export { uploadFile } from "./upload-file.ts";
export { invalidFileField, numberIn } from "./file-query.ts";
export { viewFile } from "./view-file.ts";
