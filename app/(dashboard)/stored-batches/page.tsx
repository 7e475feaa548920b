import type { Metadata } from "next";
import { Batches } from "./batches.tsx";

export const metadata: Metadata = { title: "Batches" };

const BatchesPage = () => <Batches />;

export default BatchesPage;
