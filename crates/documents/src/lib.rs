//! What a report becomes outside of the page: the text of a link or of a file, and a link's report; and the table that
//! answers in JSON are.
//!
//! Nobody needs this to see a first figure, so it is a module of its own, loaded behind the first view: a pure function from bytes to bytes, [`answer`], behind two exported functions (`boundary`).

#![deny(missing_docs)]

mod answers;
#[cfg(feature = "boundary")]
mod boundary;

pub use answers::answers_to_csv;

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_ingest::Input;
use keeprate_link::{Encoded, Error, Options};
use keeprate_metrics::report::Report;

/// The report as page, worker, command line and links know it.
pub type Document = Report<Input>;

/// What is asked.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
pub enum Request {
    /// The text of a link.
    Link {
        /// The report.
        report: Box<Document>,
        /// What goes into the link.
        options: Options,
    },
    /// The report of a link.
    Read {
        /// What stands in the link behind `#/r/`; it may come from anybody.
        payload: String,
    },
    /// The report as the file that `keeprate report --format json` prints.
    Json {
        /// The report.
        report: Box<Document>,
    },
    /// The table of answers to surveys.
    Answers {
        /// A JSON document; it may hold anything.
        json: Vec<u8>,
    },
}

/// The answer, of the same name as what was asked.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
pub enum Response {
    /// The text, and what it reveals.
    Link(Encoded),
    /// The report, or why there is none.
    Read(Result<Box<Document>, Error>),
    /// The text.
    Json(String),
    /// The CSV, if the document is a list of answers.
    Answers(Option<String>),
}

/// Answers a request.
pub fn respond(request: Request) -> Response {
    match request {
        Request::Link { report, options } => Response::Link(keeprate_link::encode(&report, &options)),
        Request::Read { payload } => Response::Read(keeprate_link::decode(&payload).map(Box::new)),
        Request::Json { report } => {
            // The comparison belongs to the screen; without it the bytes are those of the command line.
            let document = Document { comparison: None, ..*report };
            // Writing to memory does not fail, and every map of a report has names as its keys.
            Response::Json(serde_json::to_string(&document).unwrap_or_default() + "\n")
        }
        Request::Answers { json } => Response::Answers(answers_to_csv(&json)),
    }
}

/// [`respond`] for requests and responses as Borsh; what is no request has an empty answer.
pub fn answer(request: &[u8]) -> Vec<u8> {
    let response = borsh::from_slice(request).ok().map(respond);
    response.and_then(|response| borsh::to_vec(&response).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeprate_metrics::catalogue::Key;
    use keeprate_metrics::join::Joined;
    use keeprate_metrics::period::Month;
    use keeprate_metrics::report::{Compare, Question, SCHEMA, report};

    fn document() -> Box<Document> {
        let imported =
            keeprate_ingest::import(keeprate_sample::sample().as_bytes(), &keeprate_ingest::Options::default());
        let imported = imported.expect("the sample is a file of ours");
        let compare = Some(Compare::Months(Month(671), Month(671)));
        let report = report(&imported.dataset, &Question { compare, ..Question::default() }, vec![imported.input]);
        assert!(report.comparison.is_some());
        Box::new(report)
    }

    /// The answer after a way through bytes, as the page gets it.
    fn ask(request: &Request) -> Response {
        borsh::from_slice(&answer(&borsh::to_vec(request).expect("a request"))).expect("a response")
    }

    #[test]
    fn a_link_leads_back_to_the_report() {
        let report = document();
        let Response::Link(encoded) = ask(&Request::Link { report: report.clone(), options: Options::default() })
        else {
            panic!("a link was asked for");
        };
        let Response::Read(Ok(read)) = ask(&Request::Read { payload: encoded.payload }) else {
            panic!("a link of ours can be read");
        };
        let mrr = |report: &Document| report.metrics.get(&Key::Mrr).and_then(|result| result.value);
        assert_eq!((read.period.clone(), mrr(&read)), (report.period.clone(), mrr(&report)));
    }

    #[test]
    fn a_file_is_one_line_without_the_comparison() {
        let Response::Json(text) = ask(&Request::Json { report: document() }) else { panic!("a file was asked for") };
        assert_eq!(text.find('\n'), Some(text.len() - 1));
        let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((&file["schema"], file.get("comparison")), (&SCHEMA.into(), None));
    }

    /// Billing and answers, joined.
    fn joined() -> Box<Document> {
        let options = keeprate_ingest::Options { beside_others: true, ..keeprate_ingest::Options::default() };
        let read = |file: &[u8]| keeprate_ingest::import(file, &options).expect("a table");
        let billing = read(b"customer,month,mrr\nAcme,2025-01,100\nAcme,2025-02,100\nBolt,2025-02,50\n");
        let answers = read(b"customer,date,nps\nAcme,2025-02-03,2\nZeta,2025-02-03,9\n");
        let mut joined = Joined::new(billing.dataset, "mrr.csv", billing.aliases).expect("a base");
        joined.add(answers.dataset, "nps.csv", answers.aliases).expect("answers");
        Box::new(joined.report(&Question::default(), vec![billing.input, answers.input]))
    }

    #[test]
    fn a_file_holds_joins_and_opens_without_them() {
        let report = joined();
        let Response::Json(text) = ask(&Request::Json { report: report.clone() }) else { panic!("a file") };
        let read: Document = serde_json::from_str(&text).expect("a report");
        assert_eq!((&read.joins, &read.risk), (&report.joins, &report.risk));
        assert!(report.metrics.contains_key(&Key::DetractorRevenueAtRisk) && report.risk.is_some());
        // As it was written before there were joins.
        let Response::Json(text) = ask(&Request::Json { report: document() }) else { panic!("a file") };
        assert!(!text.contains("\"joins\"") && !text.contains("\"risk\""));
        let read: Document = serde_json::from_str(&text).expect("a report");
        assert!(read.joins.is_empty() && read.risk.is_none());
    }

    #[test]
    fn a_link_of_joined_files_holds_no_customer() {
        let Response::Link(encoded) = ask(&Request::Link { report: joined(), options: Options::default() }) else {
            panic!("a link was asked for");
        };
        let Response::Read(Ok(read)) = ask(&Request::Read { payload: encoded.payload }) else {
            panic!("a link of ours can be read");
        };
        assert!(read.joins.is_empty() && read.risk.is_none());
        assert_eq!(read.metrics.get(&Key::Nps).and_then(|nps| nps.n), Some(2));
        let text = serde_json::to_string(&read).expect("JSON");
        assert!(["Acme", "Bolt", "Zeta"].iter().all(|name| !text.contains(name)), "{text}");
    }

    #[test]
    fn damage_is_named() {
        for (payload, error) in [("", Error::Empty), ("!", Error::Damaged)] {
            let Response::Read(read) = ask(&Request::Read { payload: payload.to_owned() }) else {
                panic!("a report was asked for");
            };
            assert_eq!(read.err(), Some(error));
        }
    }

    #[test]
    fn what_is_no_request_has_no_answer() {
        assert!(answer(b"").is_empty() && answer(&[9, 9, 9]).is_empty());
    }
}
