//! `taxiway report`: dashboards as files, through a running server.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// An export is a document for people to read: far below this.
const FILE_MAX: u64 = 256 << 20;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Draw a dashboard into a file: pdf, png, svg, xlsx, or csv for one visual
    Render(Render),
}

#[derive(Args)]
struct Render {
    /// The dashboard's id
    dashboard: String,
    /// The file; its ending says what it will be
    #[arg(short, long)]
    output: PathBuf,
    /// Only this visual
    #[arg(long)]
    visual: Option<String>,
    /// A parameter's value, NAME=VALUE; may be given several times
    #[arg(long = "parameter", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// The server
    #[arg(
        long,
        env = "AWS_ENDPOINT_URL",
        default_value = "http://127.0.0.1:4566"
    )]
    endpoint_url: String,
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1")]
    region: String,
    /// Twelve digits
    #[arg(long, default_value = "000000000000")]
    account: String,
    #[arg(long, env = "AWS_ACCESS_KEY_ID", hide_env_values = true, hide = true)]
    access_key_id: Option<String>,
    #[arg(
        long,
        env = "AWS_SECRET_ACCESS_KEY",
        hide_env_values = true,
        hide = true
    )]
    secret_access_key: Option<String>,
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let Command::Render(render) = arguments.command;
    match render.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(1)
        }
    }
}

impl Render {
    fn run(&self) -> anyhow::Result<()> {
        let format = self
            .output
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or("");
        let format = format.to_ascii_lowercase();
        if !["pdf", "png", "svg", "xlsx", "csv"].contains(&format.as_str()) {
            bail!("the file's name must end in .pdf, .png, .svg, .xlsx or .csv");
        }
        let mut ask =
            json!({"dashboardId": self.dashboard, "format": format, "parameters": self.given()?});
        if let Some(visual) = &self.visual {
            ask["visualId"] = visual.clone().into();
        }
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let cookie = self.sign_in(&agent)?;
        let mut answer = self
            .asked(&agent, "reports/export", cookie.as_deref(), &ask)
            .context("the server does not answer")?;
        let body = answer
            .body_mut()
            .with_config()
            .limit(FILE_MAX)
            .read_to_vec()?;
        if !answer.status().is_success() {
            let said: Value = serde_json::from_slice(&body).unwrap_or_default();
            let message = said["message"].as_str().unwrap_or("the server refused");
            bail!("{message} ({})", answer.status());
        }
        std::fs::write(&self.output, &body)
            .with_context(|| format!("cannot write {}", self.output.display()))?;
        eprintln!("{} bytes written to {}", body.len(), self.output.display());
        Ok(())
    }

    fn given(&self) -> anyhow::Result<Value> {
        let mut found = serde_json::Map::new();
        for text in &self.parameters {
            let (name, value) = text
                .split_once('=')
                .with_context(|| format!("--parameter {text} is not NAME=VALUE"))?;
            let values = found.entry(name).or_insert_with(|| json!([]));
            if let Some(values) = values.as_array_mut() {
                values.push(value.into());
            }
        }
        Ok(Value::Object(found))
    }

    /// Signs in where the server wants it, and returns the session's cookie.
    fn sign_in(&self, agent: &ureq::Agent) -> anyhow::Result<Option<String>> {
        let url = format!(
            "{}/_taxiway/session",
            self.endpoint_url.trim_end_matches('/')
        );
        let mut found = agent
            .get(&url)
            .call()
            .with_context(|| format!("no server at {}", self.endpoint_url))?;
        let session = found.body_mut().read_to_string()?;
        let session: Value = serde_json::from_str(&session).unwrap_or_default();
        if session["required"] != true {
            return Ok(None);
        }
        let (Some(id), Some(secret)) = (&self.access_key_id, &self.secret_access_key) else {
            bail!("the server wants credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        };
        let keys = json!({"accessKeyId": id, "secretAccessKey": secret, "region": self.region});
        let answer = agent
            .post(&url)
            .header("content-type", "application/json")
            .send(keys.to_string())?;
        if !answer.status().is_success() {
            bail!("the server does not take these credentials");
        }
        let cookie = answer
            .headers()
            .get("set-cookie")
            .and_then(|c| c.to_str().ok());
        Ok(cookie.and_then(|c| c.split(';').next()).map(str::to_owned))
    }

    fn asked(
        &self,
        agent: &ureq::Agent,
        path: &str,
        cookie: Option<&str>,
        ask: &Value,
    ) -> anyhow::Result<ureq::http::Response<ureq::Body>> {
        let url = format!(
            "{}/_taxiway/{path}",
            self.endpoint_url.trim_end_matches('/')
        );
        let mut request = agent
            .post(&url)
            .header("content-type", "application/json")
            .header("x-taxiway-region", &self.region)
            .header("x-taxiway-account", &self.account);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        Ok(request.send(ask.to_string())?)
    }
}
