use crate::extract::given::show;

const SCHEMA: (&str, &str) = (
    "prisma/schema.prisma",
    "model User {\n  id Int @id\n  role Role\n  email String\n  password String\n  @@map(\"users\")\n}\n\nmodel Post {\n  role String\n}\n\nmodel Link {\n  password String\n}\n\nenum Role {\n  USER\n  ADMIN\n}\n",
);

fn shown(kind: &str, attributes: &[&str], schema: &str, handler: &str) -> String {
    let text = format!(
        "import express from 'express'; import mongoose from 'mongoose'; import {{ PrismaClient }} from '@prisma/client';
         import {{ z }} from 'zod'; import {{ User }} from './user.js'; const app = express();
         const prisma = new PrismaClient(); const isAdmin = (req, res, next) => check(req.user.role === 'admin', next);
         {handler} app.listen(1);"
    );
    let user = format!(
        "import mongoose from 'mongoose'; const schema = new mongoose.Schema({{ email: String, {schema} }});
         export const User = mongoose.model('User', schema);"
    );
    let manifest =
        r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5", "mongoose": "8"}}"#;
    let files = [("package.json", manifest), ("a.js", &*text), ("user.js", &*user), SCHEMA];
    // What is judged and found to be in order ends in nothing.
    let found =
        show(kind, attributes, &files).into_iter().filter(|line| !line.is_empty() && !line.ends_with("| "));
    found.collect::<Vec<_>>().join("; ")
}

#[test]
fn whole_bodies_that_give_rights() {
    for (handler, expected) in [
        ("app.post('/a', async (req, res) => { await User.create(req.body); });", "User.create | role"),
        (
            "app.put('/a', async (req, res) => { await User.findByIdAndUpdate(req.user.id, { $set: req.body }); });",
            "User.findByIdAndUpdate | role",
        ),
        (
            "app.post('/a', async (req, res) => { const user = new User({ ...req.body }); });",
            "new User | role",
        ),
        (
            "const save = (data) => User.create(data); app.post('/a', (req, res) => save(req.body));",
            "User.create | role",
        ),
        (
            "app.post('/a', async (req, res) => { const body = req.body; await prisma.user.create({ data: body }); });",
            "prisma.user.create | role",
        ),
        // What is set behind it, taken out, or picked.
        ("app.post('/a', (req, res) => User.create({ ...req.body, role: 'user' }));", ""),
        ("app.post('/a', (req, res) => { delete req.body.role; User.create(req.body); });", ""),
        ("app.post('/a', (req, res) => User.create({ name: req.body.name }));", ""),
        ("app.post('/a', ({ body: { role, ...rest } }, res) => User.create(rest));", ""),
        (
            "const save = (data) => User.create(data); app.post('/a', (req, res) => { delete req.body.role; save(req.body); });",
            "",
        ),
        // What a schema leaves, and what only some may do.
        ("app.post('/a', (req, res) => User.create(z.object({}).parse(req.body)));", ""),
        ("app.post('/a', isAdmin, (req, res) => User.create(req.body));", ""),
        (
            "app.post('/a', (req, res) => { if (!allowed(req.body)) return res.end(); User.create(req.body); });",
            "",
        ),
        // Nothing there gives rights.
        ("app.post('/a', (req, res) => prisma.post.create({ data: req.body }));", ""),
    ] {
        assert_eq!(shown("record.write", &["by", "grants"], "role: String", handler), expected, "{handler}");
    }
    let handler = "app.post('/a', async (req, res) => { await User.create(req.body); });";
    for (schema, expected) in [
        ("role: { type: String, enum: ['buyer', 'seller'] }", ""),
        ("role: { type: String, enum: ['buyer', 'admin'] }", "role"),
        ("isAdmin: Boolean, role: String", "isAdmin, role"),
        ("color: String", ""),
    ] {
        assert_eq!(shown("record.write", &["grants"], schema, handler), expected, "{schema}");
    }
}

#[test]
fn passwords_in_answers() {
    let plain = "password: { type: String, required: true }";
    for (schema, handler, expected) in [
        (
            plain,
            "const user = await User.findById(req.params.id); res.json(user);",
            "User.findById | password",
        ),
        (
            plain,
            "res.status(200).json({ data: { users: await User.find().lean() } });",
            "User.find | password",
        ),
        (plain, "const user = await User.create({ name }); res.send({ user });", "User.create | password"),
        (
            plain,
            "const user = await prisma.user.findUnique({ where }); res.json(user);",
            "prisma.user.findUnique | password",
        ),
        (plain, "const link = await prisma.link.findUnique({ where }); res.json(link);", ""),
        (plain, "const user = await User.findById(1).select('-password'); res.json(user);", ""),
        (plain, "const user = await User.findById(1, 'name'); res.json(user);", ""),
        (plain, "const user = await User.findById(1); user.password = undefined; res.json(user);", ""),
        (plain, "const { password, ...user } = await User.findById(1); res.json(user);", ""),
        (plain, "const user = await prisma.user.findMany({ select: { id: true } }); res.json(user);", ""),
        (plain, "const user = await User.findById(1); res.json({ name: user.name });", ""),
        ("password: { type: String, select: false }", "res.json(await User.findById(1));", ""),
        ("hash: String", "res.json(await User.findById(1));", ""),
        ("password: String }, { toJSON: { transform }", "res.json(await User.findById(1));", ""),
    ] {
        let handler = format!("app.get('/a', async (req, res) => {{ {handler} }});");
        assert_eq!(shown("record.answer", &["by", "holds"], schema, &handler), expected, "{handler}");
    }
}
