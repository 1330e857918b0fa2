/**
 * Types of API versions that newer servers no longer have but that files still use (served by Kubernetes 1.20), and
 * fields that were removed since. Same form as the generated table.
 */
export const LEGACY_TABLE = `V1beta1Ingress apiVersion:s,kind:s,metadata:ObjectMeta,spec:V1beta1IngressSpec,status:IngressStatus
V1beta1IngressSpec backend:V1beta1IngressBackend,ingressClassName:s,rules:V1beta1IngressRule[],tls:IngressTLS[]
V1beta1IngressRule host:s,http:V1beta1HTTPIngressRuleValue
V1beta1HTTPIngressRuleValue paths:V1beta1HTTPIngressPath[]
V1beta1HTTPIngressPath backend:V1beta1IngressBackend,path:s,pathType:s
V1beta1IngressBackend resource:TypedLocalObjectReference,serviceName:s,servicePort:x
V2beta1HorizontalPodAutoscaler apiVersion:s,kind:s,metadata:ObjectMeta,spec:V2beta1HorizontalPodAutoscalerSpec,status:o
V2beta1HorizontalPodAutoscalerSpec maxReplicas:i,metrics:V2beta1MetricSpec[],minReplicas:i,scaleTargetRef:V2CrossVersionObjectReference
V2beta1MetricSpec containerResource:V2beta1ContainerResourceMetricSource,external:V2beta1ExternalMetricSource,object:V2beta1ObjectMetricSource,pods:V2beta1PodsMetricSource,resource:V2beta1ResourceMetricSource,type:s
V2beta1ContainerResourceMetricSource container:s,name:s,targetAverageUtilization:i,targetAverageValue:q
V2beta1ExternalMetricSource metricName:s,metricSelector:LabelSelector,targetAverageValue:q,targetValue:q
V2beta1ObjectMetricSource averageValue:q,metricName:s,selector:LabelSelector,target:V2CrossVersionObjectReference,targetValue:q
V2beta1PodsMetricSource metricName:s,selector:LabelSelector,targetAverageValue:q
V2beta1ResourceMetricSource name:s,targetAverageUtilization:i,targetAverageValue:q
Template apiVersion:s,kind:s,labels:s{},message:s,metadata:ObjectMeta,objects:o[],parameters:TemplateParameter[]
TemplateParameter description:s,displayName:s,from:s,generate:s,name:s,required:b,value:s
Route apiVersion:s,kind:s,metadata:ObjectMeta,spec:RouteSpec,status:o
RouteSpec alternateBackends:RouteTargetReference[],host:s,httpHeaders:o,path:s,port:RoutePort,subdomain:s,tls:RouteTLSConfig,to:RouteTargetReference,wildcardPolicy:s
RouteTargetReference kind:s,name:s,weight:i
RoutePort targetPort:x
RouteTLSConfig caCertificate:s,certificate:s,destinationCACertificate:s,externalCertificate:LocalObjectReference,insecureEdgeTerminationPolicy:s,key:s,termination:s
DeploymentConfig apiVersion:s,kind:s,metadata:ObjectMeta,spec:DeploymentConfigSpec,status:o
DeploymentConfigSpec minReadySeconds:i,paused:b,replicas:i,revisionHistoryLimit:i,selector:s{},strategy:DeploymentConfigStrategy,template:PodTemplateSpec,test:b,triggers:o[]
DeploymentConfigStrategy activeDeadlineSeconds:l,annotations:s{},customParams:o,labels:s{},recreateParams:o,resources:ResourceRequirements,rollingParams:RollingDeploymentConfigParams,type:s
RollingDeploymentConfigParams intervalSeconds:l,maxSurge:x,maxUnavailable:x,post:o,pre:o,timeoutSeconds:l,updatePeriodSeconds:l`;
