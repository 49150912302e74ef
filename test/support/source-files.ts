// What a TypeScript file imports and which globals it uses, from its syntax tree; for tests about the code itself.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "vitest/node";

export interface Import {
  /** A path from the root of the repository, or the name of a package. */
  readonly target: string;
  readonly isTypeOnly: boolean;
}

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** `object.property` of every plain member access, the names of all identifiers, and `new Name()` without arguments. */
  readonly uses: ReadonlySet<string>;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Every TypeScript file below a folder; none where there is no such folder. */
export function readSourceFiles(folder: string): readonly SourceFile[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => posix.join(folder, name.replaceAll("\\", "/")))
    .filter((path) => /(?<!\.d)\.tsx?$/.test(path) && !path.includes("/node_modules/"))
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), "utf8")));
}

export function parseSource(path: string, code: string): SourceFile {
  const imports: Import[] = [];
  const uses = new Set<string>();
  visit(parseAst(code, { lang: path.endsWith("x") ? "tsx" : "ts" }), (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined)
      imports.push({ target: resolve(path, specifier), isTypeOnly: isTypeOnly(node) });
    const used = useOf(node);
    if (used !== undefined) uses.add(used);
  });
  return { path, imports, uses };
}

interface Node extends Readonly<Record<string, unknown>> {
  readonly type: string;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  if (!isNode(value)) return;
  see(value);
  for (const child of Object.values(value)) if (typeof child === "object") visit(child, see);
}

const IMPORTING = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

function specifierOf(node: Node): string | undefined {
  if (!IMPORTING.has(node.type) || !isNode(node.source)) return undefined;
  // What is computed cannot be known, so it must not pass for nothing.
  return typeof node.source.value === "string" ? node.source.value : "(computed)";
}

/** `import type`, `export type`, `import("…").T`, and an import of which every name is marked as a type. */
function isTypeOnly(node: Node): boolean {
  if (node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type") return true;
  const names = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
  return names.length > 0 && names.every((name) => name.importKind === "type" || name.exportKind === "type");
}

function useOf(node: Node): string | undefined {
  if (node.type === "Identifier") return String(node.name);
  if (node.type === "MemberExpression" && isNode(node.object) && isNode(node.property)) {
    return `${String(node.object.name)}.${String(node.property.name ?? node.property.value)}`;
  }
  const isNow = node.type === "NewExpression" && Array.isArray(node.arguments) && node.arguments.length === 0;
  return isNow && isNode(node.callee) ? `new ${String(node.callee.name)}()` : undefined;
}

function resolve(path: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier;
}
