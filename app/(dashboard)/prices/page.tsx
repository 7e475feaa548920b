import type { Metadata } from "next";
import { PriceBookPage } from "./price-book-page.tsx";

export const metadata: Metadata = { title: "Prices" };

const PricesPage = () => <PriceBookPage />;

export default PricesPage;
