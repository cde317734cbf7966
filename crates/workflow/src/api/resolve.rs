//! From an ARN to what it names.

use std::sync::Arc;

use aws::ApiError;

use crate::{
    StepFunctions,
    arn::{Resource, StatesArn},
    execution::Record,
    machine::{Alias, Machine, MachineStatus, Version},
    refusal, tables,
};

/// What qualifies a state machine in an ARN.
pub(super) enum Qualifier {
    None,
    Version(Version),
    Alias(Alias),
}

impl StepFunctions {
    /// Returns the machine, and the version or alias, that an ARN names.
    pub(super) async fn qualified(
        &self,
        text: &str,
    ) -> Result<(Arc<Machine>, Qualifier), ApiError> {
        let arn = refusal::machine_arn(text)?;
        let Resource::Machine {
            name,
            qualifier,
            label,
        } = &arn.resource
        else {
            return Err(refusal::wrong_kind(&arn));
        };
        if label.is_some() {
            return Err(refusal::labelled());
        }
        let missing = || refusal::machine_does_not_exist(text);
        let machine = self
            .machines
            .find(&arn.account, &arn.region, name)
            .await
            .map_err(refusal::store)?
            .ok_or_else(missing)?;
        let Some(qualifier) = qualifier else {
            return Ok((machine, Qualifier::None));
        };
        if let Ok(number) = qualifier.parse::<u32>() {
            let version = self
                .machines
                .version(&machine, number)
                .await
                .map_err(refusal::store)?;
            return Ok((machine, Qualifier::Version(version.ok_or_else(missing)?)));
        }
        let alias = self
            .machines
            .alias(&machine, qualifier)
            .await
            .map_err(refusal::store)?;
        Ok((machine, Qualifier::Alias(alias.ok_or_else(missing)?)))
    }

    /// Returns the machine that an ARN without a qualifier names.
    pub(super) async fn unqualified(&self, text: &str) -> Result<Arc<Machine>, ApiError> {
        match self.qualified(text).await? {
            (machine, Qualifier::None) => Ok(machine),
            _ => Err(refusal::machine_does_not_exist(text)),
        }
    }

    /// The same, for what a machine that is being deleted refuses.
    pub(super) async fn active(&self, text: &str) -> Result<Arc<Machine>, ApiError> {
        let machine = self.unqualified(text).await?;
        match machine.status {
            MachineStatus::Active => Ok(machine),
            MachineStatus::Deleting => Err(refusal::machine_deleting(text)),
        }
    }

    /// Returns the record of the execution that an ARN names.
    pub(super) async fn record(&self, text: &str) -> Result<Record, ApiError> {
        let arn = refusal::execution_arn(text)?;
        self.record_of(&arn)
            .await?
            .ok_or_else(|| refusal::execution_does_not_exist(text))
    }

    async fn record_of(&self, arn: &StatesArn) -> Result<Option<Record>, ApiError> {
        let Resource::Execution { machine, name } = &arn.resource else {
            return Ok(None);
        };
        let key = tables::key(&[&arn.account, &arn.region, machine, name]);
        self.store
            .get_json(tables::EXECUTIONS, &key)
            .await
            .map_err(refusal::store)
    }
}
