//! The statements that write the rows of one level, each for all its rows at once.

use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::held::row::Text;
use crate::postgres::doing::kept;
use crate::postgres::line::{Command, byte_rows, ints, owned_byte_rows, texts};
use crate::postgres::writing::flush::Rows;
use crate::projection::Projection;
use crate::seal;

impl Rows {
    /// The statements, in an order in which they can be run.
    pub(super) fn commands<'a>(
        &'a self,
        projection: &dyn Projection,
        commands: &mut Vec<Command<'a>>,
    ) -> Result<(), RegisterFault> {
        if !self.lines.events.is_empty() {
            commands.extend([self.events(), self.salts(), self.tags()]);
        }
        if !self.lines.nodes.is_empty() {
            commands.push(self.nodes());
        }
        if !self.work.views.is_empty() {
            commands.push(self.views(projection)?);
        }
        commands.extend(self.index());
        if !self.outgoing.is_empty() {
            commands.push(self.messages());
        }
        if !self.work.answers.is_empty() {
            commands.push(self.answers());
        }
        commands.extend(self.others());
        Ok(())
    }

    fn each_event(&self) -> impl Iterator<Item = &StoredEvent> {
        self.lines.events.iter().map(|written| &written.event)
    }

    fn positions(&self) -> Vec<i64> {
        self.each_event()
            .map(|event| kept(event.position.0))
            .collect()
    }

    fn events(&self) -> Command<'_> {
        const EVENTS: &str = "INSERT INTO register.event (position, kind, form, recorded_at,
            effective_from, previous, leaf, actor, ground, tags, payload)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[],
            $6::bytea[], $7::bytea[], $8::text[], $9::text[], $10::text[], $11::text[])";
        let each = || self.each_event();
        let days = each().map(|event| event.effective_from.map(|day| day.to_string()));
        let tags = |event: &StoredEvent| serde_json::Value::from(event.tags.as_slice()).to_string();
        let payloads = self.lines.events.iter().map(|one| one.payload.as_str());
        Command::Asked(
            EVENTS,
            vec![
                ints(self.positions()),
                texts(each().map(|event| event.kind.as_str()).collect()),
                ints(each().map(|event| i64::from(event.form)).collect()),
                ints(each().map(|event| event.recorded_at.0).collect()),
                texts(days.collect()),
                byte_rows(each().map(|event| &event.previous.0[..]).collect()),
                byte_rows(each().map(|event| &event.leaf.0[..]).collect()),
                texts(each().map(|event| event.actor.as_str()).collect()),
                texts(each().map(|event| event.ground.as_deref()).collect()),
                texts(each().map(tags).collect()),
                texts(payloads.collect()),
            ],
        )
    }

    fn salts(&self) -> Command<'_> {
        const SALTS: &str = "INSERT INTO register.salt (position, seed)
            SELECT * FROM unnest($1::bigint[], $2::bytea[])";
        let seeds = self.lines.events.iter().map(|one| &one.seed[..]).collect();
        Command::Asked(SALTS, vec![ints(self.positions()), byte_rows(seeds)])
    }

    fn tags(&self) -> Command<'_> {
        const TAGS: &str = "INSERT INTO register.tag (tag, position, kind)
            SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])";
        let each = || {
            self.each_event()
                .flat_map(|event| event.tags.iter().map(move |tag| (tag, event)))
        };
        Command::Asked(
            TAGS,
            vec![
                texts(each().map(|(tag, _)| tag.as_str()).collect()),
                ints(each().map(|(_, event)| kept(event.position.0)).collect()),
                texts(each().map(|(_, event)| event.kind.as_str()).collect()),
            ],
        )
    }

    fn nodes(&self) -> Command<'_> {
        const NODES: &str = "INSERT INTO register.node (level, number, hash)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])";
        let nodes = &self.lines.nodes;
        Command::Asked(
            NODES,
            vec![
                ints(nodes.iter().map(|node| i64::from(node.level)).collect()),
                ints(nodes.iter().map(|node| kept(node.index)).collect()),
                byte_rows(nodes.iter().map(|node| &node.hash.0[..]).collect()),
            ],
        )
    }

    fn views(&self, projection: &dyn Projection) -> Result<Command<'_>, RegisterFault> {
        const VIEWS: &str = "INSERT INTO register.view (kind, id, position, body, entries)
            SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])
            ON CONFLICT (kind, id) DO UPDATE SET position = excluded.position,
            body = excluded.body, entries = excluded.entries";
        let views = &self.work.views;
        let written: Vec<&Text> = views
            .iter()
            .map(|(key, row)| row.text(key, projection))
            .collect::<Result<_, _>>()?;
        Ok(Command::Asked(
            VIEWS,
            vec![
                texts(views.keys().map(|key| key.kind.as_str()).collect()),
                texts(views.keys().map(|key| key.id.as_str()).collect()),
                ints(views.values().map(|row| kept(row.position.0)).collect()),
                texts(written.iter().map(|text| text.body.as_str()).collect()),
                texts(written.iter().map(|text| text.entries.as_str()).collect()),
            ],
        ))
    }

    fn index(&self) -> Vec<Command<'_>> {
        const REMOVE: &str = "DELETE FROM register.view_index
            USING unnest($1::text[], $2::text[], $3::text[], $4::text[])
                AS gone (kind, name, value, id)
            WHERE view_index.kind = gone.kind AND view_index.name = gone.name
            AND view_index.value = gone.value AND view_index.id = gone.id";
        const ADD: &str = "INSERT INTO register.view_index (kind, name, value, id)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
            ON CONFLICT DO NOTHING";
        [(REMOVE, &self.removed), (ADD, &self.added)]
            .into_iter()
            .filter(|(_, changed)| !changed.is_empty())
            .map(|(sql, changed)| {
                let (mut kinds, mut names, mut values, mut ids) = (vec![], vec![], vec![], vec![]);
                for [kind, name, value, id] in changed {
                    kinds.push(kind.as_str());
                    names.push(name.as_str());
                    values.push(value.as_str());
                    ids.push(id.as_str());
                }
                Command::Asked(sql, [kinds, names, values, ids].map(texts).into())
            })
            .collect()
    }

    fn messages(&self) -> Command<'_> {
        const MESSAGES: &str = "INSERT INTO register.outgoing
            (number, key, topic, recipient, body, position, recorded_at, seal)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[],
            $6::bigint[], $7::bigint[], $8::bytea[])";
        let each = || self.outgoing.iter().map(|(entry, _)| entry);
        let bodies = self.outgoing.iter().map(|(_, body)| body.as_str());
        let seals = self.outgoing.iter();
        let seals = seals.map(|(entry, body)| seal::of_outgoing(entry, body).to_vec());
        Command::Asked(
            MESSAGES,
            vec![
                ints(each().map(|entry| kept(entry.number)).collect()),
                texts(each().map(|entry| entry.key.as_str()).collect()),
                texts(each().map(|entry| entry.topic.as_str()).collect()),
                texts(each().map(|entry| entry.recipient.as_str()).collect()),
                texts(bodies.collect()),
                ints(each().map(|entry| kept(entry.position.0)).collect()),
                ints(each().map(|entry| entry.recorded_at.0).collect()),
                owned_byte_rows(seals.collect()),
            ],
        )
    }

    fn answers(&self) -> Command<'_> {
        const ANSWERS: &str = "INSERT INTO register.answer
            (number, key, request, answer, first, last, seal)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[], $5::bigint[],
            $6::bigint[], $7::bytea[])";
        let answers = &self.work.answers;
        let each = || answers.values().map(|(_, answer)| answer);
        let seals = answers
            .iter()
            .map(|(key, (number, answer))| seal::of_answer(*number, key, answer).to_vec());
        let firsts = each().map(|answer| answer.events.map(|(first, _)| kept(first.0)));
        let lasts = each().map(|answer| answer.events.map(|(_, last)| kept(last.0)));
        Command::Asked(
            ANSWERS,
            vec![
                ints(answers.values().map(|(number, _)| *number).collect()),
                texts(answers.keys().map(String::as_str).collect()),
                byte_rows(each().map(|answer| &answer.request.0[..]).collect()),
                texts(each().map(|answer| answer.answer.as_str()).collect()),
                ints(firsts.collect()),
                ints(lasts.collect()),
                owned_byte_rows(seals.collect()),
            ],
        )
    }

    /// Series, kept bytes and checkpoints.
    fn others(&self) -> Vec<Command<'_>> {
        const SERIES: &str = "INSERT INTO register.series (name, last)
            SELECT * FROM unnest($1::text[], $2::bigint[])
            ON CONFLICT (name) DO UPDATE SET last = excluded.last";
        const VAULT: &str = "INSERT INTO register.vault (digest, bytes)
            SELECT * FROM unnest($1::bytea[], $2::bytea[]) ON CONFLICT DO NOTHING";
        const CHECKPOINTS: &str = "INSERT INTO register.checkpoint (number, size, text)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[])";
        let mut commands = Vec::new();
        let series = &self.work.series;
        if !series.is_empty() {
            let names = texts(series.keys().map(String::as_str).collect());
            let lasts = ints(series.values().map(|last| kept(*last)).collect());
            commands.push(Command::Asked(SERIES, vec![names, lasts]));
        }
        let vault = &self.work.vault;
        if !vault.is_empty() {
            let digests = byte_rows(vault.keys().map(|digest| &digest.0[..]).collect());
            let bytes = byte_rows(vault.values().map(Vec::as_slice).collect());
            commands.push(Command::Asked(VAULT, vec![digests, bytes]));
        }
        let signed = &self.lines.checkpoints;
        if !signed.is_empty() {
            let numbers = ints(signed.iter().map(|(number, _)| *number).collect());
            let sizes = signed.iter().map(|(_, signed)| signed.checkpoint().size);
            let sizes = ints(sizes.map(kept).collect());
            let text = texts(signed.iter().map(|(_, signed)| signed.text()).collect());
            commands.push(Command::Asked(CHECKPOINTS, vec![numbers, sizes, text]));
        }
        commands
    }
}
