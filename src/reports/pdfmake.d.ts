/** The part of pdfmake 0.3 that reports use; it brings no types of its own. */
declare module "pdfmake" {
  export type Border = readonly [left: boolean, top: boolean, right: boolean, bottom: boolean];

  export interface Style {
    readonly font?: string;
    readonly fontSize?: number;
    readonly bold?: boolean;
    readonly italics?: boolean;
    readonly color?: string;
    readonly alignment?: "left" | "right" | "center";
    readonly lineHeight?: number;
    readonly characterSpacing?: number;
    /** Left, top, right, bottom. */
    readonly margin?: readonly [number, number, number, number];
    readonly fillColor?: string;
  }

  export interface TextRun extends Style {
    readonly text: string;
  }

  export interface Cell extends Style {
    readonly text?: string | readonly TextRun[];
    readonly stack?: readonly Content[];
    readonly colSpan?: number;
    readonly border?: Border;
    readonly borderColor?: readonly [string, string, string, string];
  }

  export interface TableLayout {
    readonly defaultBorder?: boolean;
    readonly hLineWidth?: (row: number) => number;
    readonly vLineWidth?: (column: number) => number;
    readonly hLineColor?: string | (() => string);
    readonly paddingLeft?: (column: number) => number;
    readonly paddingRight?: (column: number) => number;
    readonly paddingTop?: (row: number) => number;
    readonly paddingBottom?: (row: number) => number;
  }

  export interface Content extends Style {
    readonly text?: string | readonly TextRun[];
    readonly stack?: readonly Content[];
    readonly columns?: readonly Content[];
    readonly columnGap?: number;
    readonly width?: number | "*" | "auto";
    readonly canvas?: readonly object[];
    readonly table?: {
      readonly headerRows?: number;
      readonly keepWithHeaderRows?: number;
      readonly dontBreakRows?: boolean;
      readonly widths: readonly (number | "*" | "auto")[];
      readonly body: readonly (readonly Cell[])[];
    };
    readonly layout?: TableLayout;
    readonly pageBreak?: "before" | "after";
    readonly unbreakable?: boolean;
  }

  export interface DocumentDefinition {
    readonly pageSize: "LETTER";
    readonly pageMargins: readonly [number, number, number, number];
    readonly info: {
      readonly title: string;
      readonly author: string;
      readonly subject: string;
      readonly creationDate: Date;
      readonly producer: string;
      readonly creator: string;
    };
    readonly defaultStyle: Style;
    readonly styles: Readonly<Record<string, Style>>;
    readonly header: (page: number, pages: number) => Content;
    readonly footer: (page: number, pages: number) => Content;
    readonly content: readonly Content[];
  }

  const pdfmake: {
    setFonts(fonts: Readonly<Record<string, Readonly<Record<string, string>>>>): void;
    setUrlAccessPolicy(allows: (url: string) => boolean): void;
    setLocalAccessPolicy(allows: (path: string) => boolean): void;
    createPdf(definition: DocumentDefinition): { getBuffer(): Promise<Uint8Array> };
  };
  export default pdfmake;
}
