export function layoutFacts(): {
  pageWidth: number;
  outside: string[];
  smallest: number;
  changes: string[];
  hosts: string[];
  boxes: number;
  danger: string;
  dangerTop: number;
};
export function boxPlaces(): {
  id: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  host: string | undefined;
}[];
export function contrasts(): { background: number; weak: string[] };
export function shadesOf(base64: string): Promise<{
  width: number;
  top: number;
  bandsWithInk: number;
  red: number;
  green: number;
  amber: number;
}>;
