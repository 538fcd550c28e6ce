//! What is promised: the routes that the template deploys, and the OpenAPI document.

use http::Method;
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;

/// A route of the gateway.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The method; `ANY` stands for all.
    pub method: String,
    /// The path, its parameters in braces.
    pub path: String,
}

impl Route {
    /// A method that the route takes.
    pub fn a_method(&self) -> Method {
        if self.method == "ANY" { Method::GET } else { self.method.parse().expect("a method") }
    }

    /// The path with this in place of every parameter.
    pub fn with(&self, parameter: &str) -> String {
        let segments = self.path.split('/').map(|segment| if segment.starts_with('{') { parameter } else { segment });
        segments.collect::<Vec<_>>().join("/")
    }

    /// Whether it is the API's, and not a page.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/v1/")
    }
}

/// The routes that `infra/template.yaml` deploys.
pub fn deployed() -> Vec<Route> {
    let text = include_str!("../../infra/template.yaml");
    let template = Yaml::load_from_str(text).expect("YAML");
    let resources = template[0]["Resources"].as_mapping().expect("resources");
    let keys = resources
        .iter()
        .filter(|(_, resource)| resource["Type"].as_str() == Some("AWS::ApiGatewayV2::Route"))
        .map(|(name, resource)| resource["Properties"]["RouteKey"].as_str().unwrap_or_else(|| panic!("{name:?}")));
    keys.map(|key| key.split_once(' ').expect("a method and a path"))
        .map(|(method, path)| Route { method: method.to_owned(), path: path.to_owned() })
        .collect()
}

/// The OpenAPI document.
pub fn document() -> Value {
    serde_json::from_str(include_str!("../../docs/openapi.json")).expect("JSON")
}
