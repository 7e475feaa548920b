import type { Metadata } from "next";
import { StoredFiles } from "./stored-files.tsx";

export const metadata: Metadata = { title: "Files" };

const FilesPage = () => <StoredFiles />;

export default FilesPage;
