export { createModelsDoor, modelsErrorReply, type ModelsSource } from "./models-door.ts";
