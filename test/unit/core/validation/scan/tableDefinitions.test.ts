import { describe, expect, it } from "vitest";
import { sameTable, tableDefinitions } from "../../../../../src/core/validation/scan/tableDefinitions";

const cases: Readonly<
  Record<
    string,
    readonly [string, string, readonly (readonly [model: string, table: string, key: boolean])[]]
  >
> = {
  SQL: [
    "db/001.sql",
    'CREATE TABLE IF NOT EXISTS public."users" (\n  id serial PRIMARY KEY,\n  name varchar(10) CHECK (length(name) > 1)\n);\n-- create table gone (id int primary key)\ncreate table notes (body text);',
    [
      ["users", "users", true],
      ["notes", "notes", false],
    ],
  ],
  Prisma: [
    "schema.prisma",
    'model User {\n  id Int @id\n  @@map("users")\n}\nmodel Log {\n  text String\n}\n',
    [
      ["User", "users", true],
      ["Log", "Log", false],
    ],
  ],
  SQLAlchemy: [
    "app/models.py",
    'class User(Base):\n    __tablename__ = "users"\n    id: Mapped[int] = mapped_column(primary_key=True)\n\nclass Log(Base):\n    __tablename__ = "logs"\n    text = Column(String)\n\nclass Plain:\n    pass\n',
    [
      ["User", "users", true],
      ["Log", "logs", false],
    ],
  ],
  SQLModel: [
    "app/m.py",
    "class Hero(SQLModel, table=True):\n    id: int | None = Field(default=None, primary_key=True)\n",
    [["Hero", "hero", true]],
  ],
  Django: [
    "shop/models.py",
    "class Order(models.Model):\n    total = models.IntegerField()\n\nclass Item(models.Model):\n    class Meta:\n        db_table = 'items'\n",
    [
      ["Order", "shop_order", true],
      ["Item", "items", true],
    ],
  ],
  Alembic: [
    "migrations/1.py",
    'op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))\n',
    [["users", "users", true]],
  ],
  TypeORM: [
    "src/user.entity.ts",
    "@Entity({ name: 'users' })\nexport class User {\n  @PrimaryGeneratedColumn() id!: number;\n}\n@Entity()\nexport class AuditLog {\n  @Column() text!: string;\n}\n",
    [
      ["User", "users", true],
      ["AuditLog", "audit_log", false],
    ],
  ],
  "query builders": [
    "db.ts",
    'export const users = pgTable("users", { id: serial("id").primaryKey() });\nknex.schema.createTable("logs", (t) => { t.string("x"); });\n',
    [
      ["users", "users", true],
      ["logs", "logs", false],
    ],
  ],
};

describe("tableDefinitions", () => {
  for (const [title, [path, text, expected]] of Object.entries(cases)) {
    it(`TD-1 reads tables, models and primary keys of ${title}`, () => {
      expect(
        tableDefinitions(path, text).map(({ model, tables, hasPrimaryKey }) => [
          model,
          tables[0],
          hasPrimaryKey,
        ]),
      ).toEqual(expected);
    });
  }

  it("TD-2 sees nothing in comments and in files it does not know", () => {
    expect(tableDefinitions("a.py", '# class User(Base): __tablename__ = "x"\n')).toEqual([]);
    expect(tableDefinitions("a.md", "create table x (id int)")).toEqual([]);
  });

  it("TD-3 compares names without quotes, schema and case", () => {
    expect(sameTable('public."Users"', "users")).toBe(true);
    expect(sameTable("user", "users")).toBe(false);
  });
});
