/** Which operation makes what another asks for. */
interface MadeBefore {
  readonly by: string;
  /** Where its answer has the id; absent where both name it alike. */
  readonly at?: readonly (string | number)[];
  /** What the id is called by whoever asks; `id` unless told otherwise. */
  readonly as?: string;
}

const all = (operations: string, made: MadeBefore): readonly (readonly [string, MadeBefore])[] =>
  operations.split(" ").map((operation) => [operation, made]);

/** Operations that are answered once another has been: by their ids. */
export const madeBefore: ReadonlyMap<string, MadeBefore> = new Map([
  ...all("retrieveConversation listConversationItems deleteConversation", { by: "createConversation", at: ["id"] }),
  ...all("retrieveResponse cancelResponse listInputItems deleteResponse", { by: "createResponse", at: ["id"] }),
  ...all("getOperation explainOperation", { by: "generateText", at: ["nexus", "operationId"], as: "operationId" }),
  ...all("getAiFile getAiFileContent deleteAiFile", { by: "uploadAiFile", at: ["id"], as: "fileId" }),
  ...all("retrieveFile downloadFile deleteFile", { by: "createFile", at: ["id"] }),
  ...all("setKeyPrimary rotateKey setKeyStatus testKey deleteKey", { by: "createKey", at: ["id"] }),
  ...all("rotateUsageWebhook testUsageWebhook removeUsageWebhook", { by: "createUsageWebhook", at: ["webhook", "id"] }),
  ...all("getEmailTemplate previewEmailTemplate removeEmailTemplate", { by: "setEmailTemplate" }),
]);
