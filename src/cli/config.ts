/**
 * The configuration of a firm: a small YAML file, checked field by field. Limits and rules are not here: they are facts and
 * rulebooks.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Static, Type } from "typebox";
import { Trouble } from "../base/errors.ts";
import { loadRulebook } from "../rulebook/load.ts";

const schema = Type.Object(
  {
    firm: Type.String({ minLength: 1, description: "The firm's name." }),
    journal: Type.String({ minLength: 1, description: "Directory of the journal and its snapshots." }),
    server: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(
            Type.String({ minLength: 1, description: "Address to listen on; 127.0.0.1 where absent." }),
          ),
          port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: "Port; 4210 where absent." })),
        },
        { additionalProperties: false },
      ),
    ),
    rulebooks: Type.Optional(
      Type.Array(Type.String(), {
        description: "Rulebooks to activate on a journal that has none, each approved by the two officers named below.",
      }),
    ),
    officers: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { minItems: 2, maxItems: 2, description: "Two different officers." }),
    ),
    snapshotEvery: Type.Optional(
      Type.Integer({ minimum: 1000, description: "Facts between snapshots; 1,000,000 where absent." }),
    ),
    auditEveryMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "Minutes between audits of the running figures against those from scratch; 15 where absent.",
      }),
    ),
  },
  { additionalProperties: false },
);

export interface FirmConfig {
  readonly firm: string;
  /** Absolute. */
  readonly journal: string;
  readonly host: string;
  readonly port: number;
  /** Absolute paths. */
  readonly rulebooks: readonly string[];
  readonly officers: readonly string[];
  readonly snapshotEvery: number;
  readonly auditEveryMinutes: number;
}

export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 4210;
export const SNAPSHOT_EVERY = 1_000_000;
const AUDIT_EVERY_MINUTES = 15;

/** Reads a configuration; paths in it are relative to it. Throws `bad-document`, or what is wrong with a field, with its line. */
export function readConfig(path: string): FirmConfig {
  const document: Static<typeof schema> = loadRulebook(readText(path), schema, { file: path });
  const from = (file: string): string => resolve(dirname(path), file);
  const { firm, journal, server = {}, rulebooks = [], officers = [] } = document;
  const { snapshotEvery = SNAPSHOT_EVERY, auditEveryMinutes = AUDIT_EVERY_MINUTES } = document;
  if (rulebooks.length > 0 && new Set(officers).size < 2) {
    throw new Trouble("missing-field", "rulebooks are put in force by two officers", {
      field: "officers",
      value: officers,
      expected: "two different names",
      origin: { file: path },
    });
  }
  return {
    firm,
    journal: from(journal),
    host: server.host ?? DEFAULT_HOST,
    port: server.port ?? DEFAULT_PORT,
    rulebooks: rulebooks.map(from),
    officers,
    snapshotEvery,
    auditEveryMinutes,
  };
}

/** The text of a file; throws `bad-document` where it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Trouble("bad-document", `cannot be read (${reason})`, { field: "file", value: path });
  }
}
